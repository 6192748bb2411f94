package issuer

import (
	"crypto/rsa"
	"fmt"
	"io"
	"math/big"
)

// publicExponent is F4 (Doc 9303-11 §9.3 leaves it open; cards use this one).
const publicExponent = 65537

// generateRSA makes an RSA key of the given bits (a multiple of 16) from the
// stream. crypto/rsa.GenerateKey does not serve: it mixes randomness of its own
// in, so that the same stream gives other keys.
func generateRSA(stream io.Reader, bits int) (*rsa.PrivateKey, error) {
	e := big.NewInt(publicExponent)
	p, err := generatePrime(stream, bits/2)
	if err != nil {
		return nil, err
	}
	q, err := generatePrime(stream, bits/2)
	if err != nil {
		return nil, err
	}
	if p.Cmp(q) == 0 {
		return nil, fmt.Errorf("issuer: stream repeats itself")
	}
	one := big.NewInt(1)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: publicExponent},
		D:         new(big.Int).ModInverse(e, phi),
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	if err := key.Validate(); err != nil {
		return nil, fmt.Errorf("issuer: derived RSA key: %w", err)
	}
	return key, nil
}

// sieveSize is how many odd numbers after the start are sieved at a time: far
// more than the distance to be expected between primes of 1024 bits (710).
const sieveSize = 1 << 13

// generatePrime returns the first prime p ≡ not 1 mod 65537 at or after a random odd
// number with its two top bits set, so that a product of two has its full length.
func generatePrime(stream io.Reader, bits int) (*big.Int, error) {
	buf := make([]byte, bits/8)
	if _, err := io.ReadFull(stream, buf); err != nil {
		return nil, fmt.Errorf("issuer: stream: %w", err)
	}
	buf[0] |= 0xC0
	buf[len(buf)-1] |= 1
	start := new(big.Int).SetBytes(buf)
	composite := sieve(start)
	candidate := new(big.Int)
	for i, skip := range composite {
		if skip {
			continue
		}
		candidate.Add(start, big.NewInt(int64(2*i)))
		// 20 rounds of Miller–Rabin with bases derived from the number, and Baillie–PSW.
		if candidate.ProbablyPrime(20) {
			return candidate, nil
		}
	}
	return nil, fmt.Errorf("issuer: no prime of %d bits near the start", bits)
}

// sieve marks which of start, start+2, start+4, … have a small factor, or are 1
// modulo the public exponent.
func sieve(start *big.Int) []bool {
	composite := make([]bool, sieveSize)
	mark := func(prime, residue int64) {
		// start + 2i ≡ residue (mod prime)
		rest := new(big.Int).Mod(start, big.NewInt(prime)).Int64()
		half := (prime + 1) / 2 // the inverse of 2
		i := (residue - rest + prime) % prime * half % prime
		for ; i < sieveSize; i += prime {
			composite[i] = true
		}
	}
	for prime := int64(3); prime < 1<<14; prime += 2 {
		if big.NewInt(prime).ProbablyPrime(0) {
			mark(prime, 0)
		}
	}
	mark(publicExponent, 1)
	return composite
}
