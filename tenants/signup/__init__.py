"""Sign-up: a contact proves itself with a code and receives a shop."""

from tenants import subscriptions

subscriptions.handle("signup.send", "tenants.signup.codes.send_due")
subscriptions.handle("signup.purge", "tenants.signup.housekeeping.purge")
