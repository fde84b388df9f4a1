package access

import "time"

// Hashes counts the passwords worked on: same work is what same timing stands on.
func (s *Service) Hashes() int64 { return s.hasher.count.Load() }

// Genuine is genuine.
func (s *Service) Genuine(token string) bool { return s.genuine(token) }

// CommonWords gives the embedded list.
func CommonWords() map[string]bool { return common() }

// TOTP is the code that an authenticator shows at a time.
func TOTP(secret []byte, at time.Time) string { return totpCode(secret, at.Unix()/30) }
