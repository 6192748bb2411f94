#!/bin/sh
# Makes the files beside it with the openssl tool (3.0 or later), an independent
# signer. Every key is new each time and is thrown away; see README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# The LDSSecurityObject: SHA-256 hashes of four made-up files, written by name.
for n in 1 2 13 14; do
	printf 'data group %s of nobody' "$n" >"dg$n.bin"
	cp "dg$n.bin" "$here/dg$n.bin"
done
hash() { openssl dgst -sha256 -r "dg$1.bin" | cut -d' ' -f1; }
cat >so.conf <<CONF
asn1 = SEQUENCE:so
[so]
version = INTEGER:0
alg = SEQUENCE:alg
hashes = SEQUENCE:hashes
[alg]
oid = OID:2.16.840.1.101.3.4.2.1
null = NULL
[hashes]
h1 = SEQUENCE:h1
h2 = SEQUENCE:h2
h13 = SEQUENCE:h13
h14 = SEQUENCE:h14
[h1]
n = INTEGER:1
h = FORMAT:HEX,OCTETSTRING:$(hash 1)
[h2]
n = INTEGER:2
h = FORMAT:HEX,OCTETSTRING:$(hash 2)
[h13]
n = INTEGER:13
h = FORMAT:HEX,OCTETSTRING:$(hash 13)
[h14]
n = INTEGER:14
h = FORMAT:HEX,OCTETSTRING:$(hash 14)
CONF
openssl asn1parse -genconf so.conf -noout -out so.der

cat >ca.conf <<'CONF'
[ca]
default_ca = csca
[csca]
dir = .
database = index.txt
serial = serial.txt
new_certs_dir = .
policy = any
unique_subject = no
rand_serial = yes
default_crl_days = 30
crl_extensions = crlext
[any]
countryName = optional
organizationName = optional
commonName = optional
[crlext]
authorityKeyIdentifier = keyid
crlNumber = DER:020101
[cscaext]
basicConstraints = critical,CA:true,pathlen:0
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[dsext]
keyUsage = critical,digitalSignature
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
2.23.136.1.1.6.2 = ASN1:SEQUENCE:types
[mlsext]
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,2.23.136.1.1.3
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[types]
v = INTEGER:0
s = SET:codes
[codes]
a = PRINTABLESTRING:ID
[req]
distinguished_name = dn
prompt = no
[dn]
C = VN
O = SYNTHETIC
CN = unused
CONF

# make NAME "KEY OPTIONS" "CERTIFICATE OPTIONS" "CMS OPTIONS": CSCA, signer, SignedData.
make() {
	name=$1 keyopts=$2 certopts=$3 cmsopts=$4
	: >index.txt
	for who in csca ds; do
		openssl genpkey $keyopts -out "$name.$who.key" 2>/dev/null
		openssl req -new -config ca.conf -key "$name.$who.key" -subj "/C=VN/O=SYNTHETIC/CN=$name $who" -out "$name.$who.csr"
	done
	dates="-startdate 20200101000000Z -enddate 20491231235959Z"
	openssl ca -config ca.conf -batch -notext -selfsign -keyfile "$name.csca.key" -in "$name.csca.csr" \
		-extensions cscaext $dates $certopts -out "$name.csca.pem" 2>/dev/null
	openssl ca -config ca.conf -batch -notext -cert "$name.csca.pem" -keyfile "$name.csca.key" -in "$name.ds.csr" \
		-extensions dsext $dates $certopts -out "$name.ds.pem" 2>/dev/null
	openssl cms -sign -binary -nodetach -nosmimecap -econtent_type 2.23.136.1.1.1 -in so.der \
		-signer "$name.ds.pem" -inkey "$name.ds.key" $cmsopts -outform DER -out "$here/$name.cms.der"
	openssl x509 -in "$name.csca.pem" -outform DER -out "$here/$name.csca.der"
}

ec() { echo "-algorithm EC -pkeyopt ec_paramgen_curve:$1 -pkeyopt ec_param_enc:$2"; }
rsa() { echo "-algorithm RSA -pkeyopt rsa_keygen_bits:$1"; }
pss="-sigopt rsa_padding_mode:pss"
psskey="-keyopt rsa_padding_mode:pss"

make bp256 "$(ec brainpoolP256r1 named_curve)" "-md sha256" "-md sha256"
make bp256-indefinite "$(ec brainpoolP256r1 named_curve)" "-md sha256" "-md sha256 -stream"
make bp256-explicit "$(ec brainpoolP256r1 explicit)" "-md sha256" "-md sha256"
make bp384 "$(ec brainpoolP384r1 named_curve)" "-md sha384" "-md sha256"
make bp384-explicit "$(ec brainpoolP384r1 explicit)" "-md sha384" "-md sha384"
make bp512 "$(ec brainpoolP512r1 named_curve)" "-md sha512" "-md sha512"
make bp224 "$(ec brainpoolP224r1 named_curve)" "-md sha224" "-md sha224"
make bp320 "$(ec brainpoolP320r1 named_curve)" "-md sha384" "-md sha384"
make p224 "$(ec secp224r1 named_curve)" "-md sha224" "-md sha224"
make p256 "$(ec prime256v1 named_curve)" "-md sha256" "-md sha256"
make p256-explicit "$(ec prime256v1 explicit)" "-md sha256" "-md sha256"
make p256-keyid "$(ec prime256v1 named_curve)" "-md sha256" "-md sha256 -keyid"
make p384 "$(ec secp384r1 named_curve)" "-md sha384" "-md sha384"
make p521 "$(ec secp521r1 named_curve)" "-md sha512" "-md sha512"
make rsa-pkcs1-sha256 "$(rsa 2048)" "-md sha256" "-md sha256"
make rsa-pkcs1-sha512 "$(rsa 3072)" "-md sha512" "-md sha512"
make rsa-pss-sha256 "$(rsa 2048)" "-md sha256 $pss" "-md sha256 $psskey"
make rsa-pss-sha384 "$(rsa 3072)" "-md sha384 $pss -sigopt rsa_pss_saltlen:digest" "-md sha384 $psskey -keyopt rsa_pss_saltlen:48"
make rsa-pss-sha512-salt0 "$(rsa 2048)" "-md sha512 $pss -sigopt rsa_pss_saltlen:0" "-md sha512 $psskey -keyopt rsa_pss_saltlen:0"
make rsa-pss-other-mgf "$(rsa 2048)" "-md sha256 $pss -sigopt rsa_mgf1_md:sha1 -sigopt rsa_pss_saltlen:20" \
	"-md sha256 $psskey -keyopt rsa_mgf1_md:sha1 -keyopt rsa_pss_saltlen:20"
make rsa-pss-key "-algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256 -pkeyopt rsa_pss_keygen_saltlen:32" \
	"-md sha256 -sigopt rsa_pss_saltlen:32" "-md sha256 $psskey -keyopt rsa_pss_saltlen:32"
make sha1-ecdsa "$(ec prime256v1 named_curve)" "-md sha256" "-md sha1"
make sha1-pss-defaults "$(rsa 2048)" "-md sha256" "-md sha1 $psskey -keyopt rsa_pss_saltlen:20"
make no-attributes "$(ec prime256v1 named_curve)" "-md sha256" "-md sha256 -noattr"

# Two signers under one CSCA: the first of p256 again, and a second one.
openssl cms -sign -binary -nodetach -nosmimecap -econtent_type 2.23.136.1.1.1 -in so.der -md sha256 \
	-signer p256.ds.pem -inkey p256.ds.key -signer bp256.ds.pem -inkey bp256.ds.key \
	-outform DER -out "$here/two-signers.cms.der"

# A CRL of the p384 CSCA that names its signer, and an empty one of bp256.
: >index.txt
openssl ca -config ca.conf -revoke p384.ds.pem -crl_reason keyCompromise \
	-cert p384.csca.pem -keyfile p384.csca.key -md sha384 2>/dev/null
crl() {
	openssl ca -config ca.conf -gencrl -cert "$1.csca.pem" -keyfile "$1.csca.key" -md "$2" \
		-crl_lastupdate 20260101000000Z -crl_nextupdate 20360101000000Z -out crl.pem 2>/dev/null
	openssl crl -in crl.pem -outform DER -out "$here/$1.crl.der"
}
crl p384 sha384
: >index.txt
crl bp256 sha256

# A master list of three CSCAs, its signer certified by the bp384 CSCA.
openssl genpkey $(ec brainpoolP384r1 named_curve) -out mls.key
openssl req -new -config ca.conf -key mls.key -subj "/C=VN/O=SYNTHETIC/CN=master list signer" -out mls.csr
openssl ca -config ca.conf -batch -notext -cert bp384.csca.pem -keyfile bp384.csca.key -in mls.csr \
	-extensions mlsext -startdate 20200101000000Z -enddate 20491231235959Z -md sha384 -out mls.pem 2>/dev/null
cat "$here/bp256.csca.der" "$here/p256.csca.der" "$here/rsa-pss-sha256.csca.der" >set.der
octets() { for o in "$@"; do printf "\\$(printf %03o "$o")"; done; }
length=$(($(wc -c <set.der)))
total=$((length + 7))
{ octets 48 130 $((total / 256)) $((total % 256)) 2 1 0 49 130 $((length / 256)) $((length % 256)); cat set.der; } >list.der
openssl cms -sign -binary -nodetach -nosmimecap -econtent_type 2.23.136.1.1.2 -in list.der -md sha384 \
	-signer mls.pem -inkey mls.key -certfile bp384.csca.pem -outform DER -out "$here/masterlist.cms.der"
