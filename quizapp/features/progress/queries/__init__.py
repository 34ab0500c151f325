"""Reading how far people are: what they have done, the outline with its marks, a lesson."""
