"""The languages of mails and documents: what is to be translated, and the catalogues of it.

Pages speak English so far (`settings.LANGUAGES`). Mails and documents also speak the other
`settings.DOCUMENT_LANGUAGES`: whoever writes one activates its language explicitly. The catalogues
below locale/ therefore hold what mails and documents say and nothing else, so that no page is ever
half translated.
"""
