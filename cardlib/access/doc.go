// Package access holds the passwords that open a chip: the card access number
// and the MRZ key, as PACE and BAC take them (Doc 9303-11 §4.3.2, §4.4.4).
// How an officer's input becomes such keys is the business of cccd and mrz.
package access
