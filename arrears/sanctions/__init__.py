"""After the case: what departments decided, the joint-punishment list, what is published, lists received as copies."""
