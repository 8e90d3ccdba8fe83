"""People: users with an e-mail address, sign-in, invitations."""
