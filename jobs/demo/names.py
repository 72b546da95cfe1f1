"""Invented people for the demo: names from the many origins of Brussels and Leuven, put together at random."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Names(NamedTuple):
    """Names that occur together, and the languages that such a family may choose."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    languages: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


def _names(text: str) -> Names:
    return Names(*(_words(part) for part in text.split("/")))


# Each origin: names of women, of men, of families, and languages.
ORIGINS: Mapping[str, Names] = MappingProxyType(
    {
        "nl": _names("""
            An, Lotte, Sofie, Katrien, Els, Marieke, Liesbeth, Hanne, Joke, Nele, Femke, Tine, Griet, Inge,
            Charlotte, Ruth /
            Bart, Pieter, Wout, Joris, Koen, Tom, Stijn, Jeroen, Thijs, Bram, Ruben, Maarten, Dries, Wim,
            Jan, Arne /
            Peeters, Janssens, Maes, Jacobs, Mertens, Willems, Claes, Goossens, Wouters, De Smet, Van den
            Broeck, De Clercq, Vermeulen, Aerts, Hermans, Van Damme, Michiels, De Backer, Coppens, Lemmens,
            Van de Velde, Segers, D’Hondt /
            nl, nl, nl, nl, fr
        """),
        "fr": _names("""
            Camille, Élodie, Julie, Aurélie, Manon, Chloé, Amandine, Céline, Noémie, Sophie, Anaïs, Hélène,
            Lucie, Marie-Ève /
            Nicolas, Jean-Baptiste, Thibault, François, Benoît, Maxime, Olivier, Gaël, Cédric, Loïc,
            Quentin, Raphaël, Rémy /
            Dubois, Lambert, Dupont, Martin, Leroy, Lefèvre, Renard, Collignon, Gérard, Noël, Bodart,
            Massart, Piette, Thiry, Delvaux, Simon, Carlier, Bérard, Lejeune, Pirotte, Étienne, Mahieu,
            L’Hoest /
            fr, fr, fr, nl
        """),
        "ma": _names("""
            Fatima, Khadija, Yasmina, Salma, Naima, Hajar, Soukaina, Imane, Houda, Loubna, Meryem, Samira,
            Ikram, Zineb /
            Mohamed, Youssef, Mehdi, Hamza, Bilal, Rachid, Karim, Anas, Soufiane, Younes, Ayoub, Ismaïl,
            Zakaria, Reda /
            El Idrissi, Benali, El Amrani, Bouzid, Haddad, Chaoui, El Yousfi, Ziani, Ouali, Azzouzi,
            Benchekroun, El Khattabi, Tahiri, Amrani, Berrada, Lahlou, Mansouri, Saidi, El Fassi, Bennani /
            fr, fr, nl
        """),
        "tr": _names("""
            Ayşe, Zeynep, Elif, Gülşen, Emine, Hatice, Büşra, Özlem, Derya, Şeyma, Tuğba, İpek, Çiğdem,
            Sevgi /
            Mehmet, Mustafa, Emre, Oğuz, Kaan, Hakan, Serkan, Ömer, Yiğit, Burak, Çağlar, İbrahim, Uğur,
            Volkan /
            Yılmaz, Kaya, Demir, Şahin, Çelik, Yıldız, Öztürk, Aydın, Özdemir, Arslan, Doğan, Kılıç, Çetin,
            Koç, Güneş, Aksoy /
            nl, fr, nl
        """),
        "ro": _names("""
            Andreea, Ioana, Mihaela, Ștefania, Roxana, Bianca, Crina, Oana, Alina, Daniela /
            Andrei, Mihai, Ionuț, Răzvan, Ștefan, Cătălin, Bogdan, Vlad, Florin, Liviu /
            Popescu, Ionescu, Munteanu, Drăgan, Stănescu, Țurcanu, Rusu, Mureșan, Popa, Dumitrescu, Bălan,
            Ilieș /
            fr, en, nl
        """),
        "pl": _names("""
            Agnieszka, Małgorzata, Zofia, Katarzyna, Ewa, Joanna, Monika, Iwona, Łucja, Hanna /
            Paweł, Tomasz, Łukasz, Krzysztof, Michał, Marcin, Wojciech, Jakub, Grzegorz, Rafał /
            Kowalska, Wiśniewska, Wójcik, Kamiński, Lewandowski, Zieliński, Dąbrowski, Kozłowski, Mazur,
            Świątek, Ćwik /
            nl, fr, en
        """),
        "es": _names("""
            María José, Lucía, Carmen, Inês, Beatriz, Joana, Núria, Ana Sofía, Valentina, Mónica /
            José, Íñigo, João, Tiago, Álvaro, Sergio, Nuno, Rui, Andrés, Héctor /
            García Muñoz, Fernandes, da Silva, Rodríguez, Núñez, Gonçalves, Pereira, Ibáñez, Sánchez,
            Antunes, Peña, Araújo /
            fr, en, nl
        """),
        "cd": _names("""
            Grâce, Mireille, Nadège, Esther, Blessing, Aminata, Chantal, Divine, Fatoumata, Naomi, Espérance
            /
            Patrick, Christian, Cédrick, Jonathan, Emmanuel, Ousmane, Dieudonné, Trésor, Kwame, Ibrahima,
            Glody /
            Mukendi, Kabongo, Ilunga, Diallo, Adeyemi, Mbuyi, Tshibangu, Nsimba, Sow, Okafor, Lukaku, Balde,
            Ngoma, Kalala /
            fr, fr, en, nl
        """),
        "sy": _names("""
            Rania, Hala, Nour, Layla, Reem, Dima, Shirin, Zahra, Maryam, Lina /
            Omar, Khaled, Samer, Ahmad, Firas, Reza, Navid, Tarek, Yazan, Hadi /
            Al-Khatib, Haddadin, Darwish, Al-Masri, Nasser, Sharifi, Hosseini, Kassem, Barakat, Ahmadi,
            Suleiman /
            nl, en, fr
        """),
        "cn": _names("""
            Xiaomei, Lan, Priya, Ananya, Thị Hương, Min-ji, Sakura, Meera /
            Wei, Jun, Arjun, Rohan, Minh, Hiroshi, Tenzin, Dorje /
            Zhang, Nguyễn, Patel, Sharma, Wang, Trần, Tsering, Tanaka, Singh, Lama, Phạm, Kim /
            en, nl, fr
        """),
    }
)
# How often each origin occurs, by organisation.
WEIGHTS: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "brussels": {"nl": 22, "fr": 18, "ma": 18, "tr": 10, "ro": 7, "pl": 5, "es": 7, "cd": 7, "sy": 4, "cn": 2},
        "leuven": {"nl": 66, "fr": 3, "ma": 6, "tr": 6, "ro": 3, "pl": 4, "es": 4, "cd": 3, "sy": 3, "cn": 2},
    }
)
CHILDREN = _words("""
    Nora, Mila, Elif, Inaya, Louise, Juna, Zélie, Amira, Olivia, Maya, Ela, Ines, Noé, Adam, Arthur, Liam,
    Jules, Ömer, Yanis, Rayan, Gabriël, Léo, Stan, Vic, Ali, Ștefan, Zoë, Kian, Imran, Céleste, Anna, Wout, Lou,
    Sami, Malik, Tomás, Aya, Jasper, Hana, Basil
""")
# Kinds of street that exist everywhere; the house numbers are drawn at random.
STREETS = _words("""
    Lindenlaan, Kastanjestraat, Rozenstraat, Molenweg, Kerkstraat, Schoolstraat, Eikenlaan, Vogelzangstraat,
    Beekstraat, Tuinwijk, Populierenlaan, Wilgenstraat, Rue des Tilleuls, Rue du Moulin, Avenue des Roses, Rue
    de l’École, Rue des Fleurs, Avenue des Cerisiers, Rue du Ruisseau, Clos des Hirondelles
""")
EMPLOYERS = _words("""
    Bakkerij Korenaar, Ziekenhuis De Linde, Atelier Bleu Nuit, Garage Vierwiel, Poetsdienst Helder, Studio
    Kaaiman, Kantoor Zonnewijzer, Restaurant La Poivrière, Bouw & Zoon, Transport Noordzee, Librairie du Coin,
    Softwarehuis Mier
""")
