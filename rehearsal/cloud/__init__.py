"""The emulated AWS of the rehearsal: moto's server, and what this project needs beyond it.

moto keeps the records (buckets, roles, groups, addresses …). This package adds
image import, images that keep what they were registered with, instances that
are simulated hosts, and refusals in AWS's own words where moto would accept.
"""
