// Package anchors keeps the trust store of the verification service as new as
// its folders: certificates, master lists and CRLs that are put there are in force
// without a restart. What cannot be read is told and leaves the former in force.
//
// What may not live here: what a trust store is (cardlib/trust).
package anchors
