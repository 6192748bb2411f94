//go:build race

package evidence_test

// raceDetector tells that everything takes many times as long.
const raceDetector = true
