"""Entry points beside the web: take ids, open a transaction, run one operation."""
