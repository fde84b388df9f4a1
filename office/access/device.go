package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"strconv"
	"strings"
	"time"
)

// DeviceLife is how long a browser is known after a password opened a session in it.
const DeviceLife = 180 * 24 * time.Hour

// deviceKey is a key of its own, derived from that of the links: what one signs is nothing
// to the other.
func deviceKey(links []byte) []byte {
	m := hmac.New(sha256.New, links)
	m.Write([]byte("known device")) // hash.Hash never fails
	return m.Sum(nil)
}

// newDevice makes what a browser keeps to be known again: "end.id.signature". It opens
// nothing; wrong passwords of others do not count against who holds it.
func (s *Service) newDevice(contactID int64, now time.Time) (string, error) {
	var b [12]byte // told apart from the others, no secret
	if _, err := io.ReadFull(s.random, b[:]); err != nil {
		return "", err
	}
	said := strconv.FormatInt(now.Add(DeviceLife).Unix(), 36) + "." + base64.RawURLEncoding.EncodeToString(b[:])
	return said + "." + base64.RawURLEncoding.EncodeToString(s.deviceMAC(said, contactID)), nil
}

// deviceMAC signs for one contact, whose id is not told.
func (s *Service) deviceMAC(said string, contactID int64) []byte {
	m := hmac.New(sha256.New, s.device)
	m.Write([]byte(said + "\x00" + strconv.FormatInt(contactID, 10)))
	return m.Sum(nil)
}

// deviceOf gives the id of a device that is known for a contact.
func (s *Service) deviceOf(token string, contactID int64, now time.Time) (id string, ok bool) {
	at := strings.LastIndexByte(token, '.')
	if at < 0 || len(token) > 200 {
		return "", false
	}
	given, err := base64.RawURLEncoding.Strict().DecodeString(token[at+1:])
	if err != nil || !hmac.Equal(given, s.deviceMAC(token[:at], contactID)) {
		return "", false
	}
	end, id, _ := strings.Cut(token[:at], ".")
	until, err := strconv.ParseInt(end, 36, 64)
	return id, err == nil && now.Unix() < until
}
