"""Session requests on the screen: asking, the pop-up prompt, the six endings, the list (P1 to P5)."""
