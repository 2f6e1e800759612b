"""The design system: templates, styles, scripts and charts."""
