# Stands in for the release and revision of nixpkgs: another value is another nixpkgs.
"26.05.stub"
