"""Notices: what happened that concerns you, on the site and by mail, as much of it as you want.

Nouns: Notice (one piece of news for one person), Topic (a kind of news, registered by the room it comes from),
NoticeChoice (how someone wants a topic), NoticeHours (someone's quiet hours and the hour of the daily letter).
Events: none. Stands on people; rooms above register topics and `tell` them, see docs/recipes/add-a-notice-topic.md.
"""
