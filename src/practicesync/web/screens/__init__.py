"""One folder a screen: views, forms and templates. Screens do not import each other."""
