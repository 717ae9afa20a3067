"""People: accounts, identifiers, dated roles, sign-in. The only room that turns a cookie into an Actor.

Nouns: User, ExternalId, RoleGrant, UserSession. Events: UserCreated, RoleGranted, RoleEnded. Below: orgs, core.
"""
