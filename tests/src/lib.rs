//! Holds the tests that need the whole house; see the files beside this one.
