"""The people, companies and addresses that the outside world knows: stories, all 虚构, read from data/stories."""
