"""The dated tree of organizations: ministry, department, ward, school, group, class, learning center, partner.

Nouns: Org, OrgEdge, OrgName. Events: OrgMoved, OrgClosed. Below: core. Nobody's data here but the sector's shape;
who does what at a node is a role grant in `people`.
"""
