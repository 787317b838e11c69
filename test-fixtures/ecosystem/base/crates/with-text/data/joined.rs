struct Joined;
