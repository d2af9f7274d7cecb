"""What exists: parties, profiles, agreements, rights, activities, themes, time and chance."""
