"""Payment gateways behind one small interface, and what their messages do to payments."""
