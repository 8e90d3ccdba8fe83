"""The portal's frame: settings, tenancy, identity, audit, pages that span applications."""
