-- Whoever keeps pages of features hears of every change of what they show, once a transaction.
CREATE FUNCTION fovea_content_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('fovea_content', '');
  RETURN NULL;
END $$;

DO $$
DECLARE t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['models', 'datasets', 'samples', 'saes', 'features', 'exemplars', 'explanations', 'scores', 'votes'] LOOP
    EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %I
      FOR EACH STATEMENT EXECUTE FUNCTION fovea_content_changed()', t || '_content', t);
  END LOOP;
END $$;
