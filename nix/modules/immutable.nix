# A host that nobody logs in to: what runs on it was all in its image.
{
  services.openssh.openFirewall = false;
}
