struct Other;
