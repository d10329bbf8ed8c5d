"""The second unit at half price: a sample marketing tool."""
