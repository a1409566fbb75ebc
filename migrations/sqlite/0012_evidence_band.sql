-- How complete a case's evidence was when its newest response with evidence was prepared (core::evidence::Band).
ALTER TABLE cases ADD COLUMN evidence TEXT;
