"""What is asked about leaks and complaints."""
