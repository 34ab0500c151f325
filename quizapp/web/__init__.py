"""What every page shares: guard, errors, forms, navigation, base templates, styles, scripts."""
