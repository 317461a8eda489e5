"""Unicode's confusable characters; the library carries no types of its own."""
