package catchup

// Wait gives back when no catch-up by hand runs any more.
func (s *Service) Wait() {
	s.mu.Lock()
	b := s.batch
	s.mu.Unlock()
	if b != nil {
		<-b.ended
	}
}
