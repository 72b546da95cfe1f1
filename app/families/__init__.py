"""Dossiers: applicant, partner, children, circumstances."""
