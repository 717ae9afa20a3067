"""The second factor: policies of organizations, what people hold, sign-ins that wait for it."""

import sqlalchemy as sa
from alembic import op

revision = "20261122_0005_lms"
down_revision = "20261122_0004_lms"
branch_labels = None
depends_on = None

ROOTED = (
    ("id", sa.Integer()),
    ("uuid", sa.Uuid()),
    ("created_at", sa.DateTime(timezone=True)),
)


def _table(name: str, *parts: sa.Column | sa.Constraint, rooted: bool = True) -> None:
    """Create a table with our names of constraints; `rooted` ones have the columns of every noun."""
    kept = ROOTED if rooted else ROOTED[:1]
    columns = [sa.Column(column, kind, nullable=False) for column, kind in kept]
    rules: list[sa.Constraint] = [sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}"))]
    if rooted:
        rules.append(sa.UniqueConstraint("uuid", name=op.f(f"uq_{name}_uuid")))
    op.create_table(name, *parts, *columns, *rules)


def _user(table: str, column: str = "user_id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], ["user.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    """Change the tables."""
    op.add_column(
        "user", sa.Column("has_second_factor", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("user_session", sa.Column("factor_due_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_session", sa.Column("factor_checked_on", sa.Date(), nullable=True))
    _table(
        "factor_policy",
        sa.Column("org_id", sa.Integer(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("grace_days", sa.Integer(), nullable=False),
        sa.Column("remember_days", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("set_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_factor_policy_order")),
        sa.CheckConstraint("grace_days BETWEEN 0 AND 90", name=op.f("ck_factor_policy_grace")),
        sa.CheckConstraint("remember_days BETWEEN 0 AND 90", name=op.f("ck_factor_policy_remember")),
        sa.ForeignKeyConstraint(["org_id"], ["org.id"], name=op.f("fk_factor_policy_org_id")),
        _user("factor_policy", "set_by"),
    )
    op.create_index(op.f("ix_factor_policy_org_id"), "factor_policy", ["org_id"], unique=False)
    _make_holdings()
    _make_sign_ins()


def _make_holdings() -> None:
    _table(
        "authenticator_app",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        _user("authenticator_app"),
        sa.UniqueConstraint("user_id", name=op.f("uq_authenticator_app_user_id")),
    )
    _table(
        "passkey",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("transports", sa.JSON(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        _user("passkey"),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index(op.f("ix_passkey_user_id"), "passkey", ["user_id"], unique=False)
    _table(
        "recovery_code",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        _user("recovery_code"),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
        rooted=False,
    )
    op.create_index(op.f("ix_recovery_code_user_id"), "recovery_code", ["user_id"], unique=False)


def _make_sign_ins() -> None:
    _table(
        "trusted_device",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("user_agent", sa.String(length=200), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _user("trusted_device"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_trusted_device_token_hash")),
    )
    op.create_index(op.f("ix_trusted_device_user_id"), "trusted_device", ["user_id"], unique=False)
    _table(
        "pending_sign_in",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("is_shared", sa.Boolean(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _user("pending_sign_in"),
        sa.UniqueConstraint("token_hash", name=op.f("uq_pending_sign_in_token_hash")),
        rooted=False,
    )
    for column in ("expires_at", "user_id"):
        op.create_index(op.f(f"ix_pending_sign_in_{column}"), "pending_sign_in", [column], unique=False)


def downgrade() -> None:
    """Change the tables back."""
    for table in (
        "pending_sign_in",
        "trusted_device",
        "recovery_code",
        "passkey",
        "authenticator_app",
        "factor_policy",
    ):
        op.drop_table(table)
    op.drop_column("user_session", "factor_checked_on")
    op.drop_column("user_session", "factor_due_at")
    op.drop_column("user", "has_second_factor")
