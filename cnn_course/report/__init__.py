"""The class report, and the grades in the forms that learning platforms import."""
