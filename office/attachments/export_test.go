package attachments

// SetUnclaimedMax makes a small disk of a large one.
func (s *Service) SetUnclaimedMax(bytes int64) { s.unclaimed.most = bytes }
