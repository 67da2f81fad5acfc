"""预防: the prevention log, risk classes of employers, and the 以案定补 list (QD-7, QP-4.3, QP-1.3)."""
