SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);
CREATE SEQUENCE public.auth_group_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_id_seq OWNED BY public.auth_group.id;
CREATE TABLE public.auth_group_permissions (
    id integer NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.auth_group_permissions_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_group_permissions_id_seq OWNED BY public.auth_group_permissions.id;
CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);
CREATE SEQUENCE public.auth_permission_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.auth_permission_id_seq OWNED BY public.auth_permission.id;
CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);
CREATE SEQUENCE public.django_content_type_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.django_content_type_id_seq OWNED BY public.django_content_type.id;
CREATE TABLE public.people_post (
    id bigint NOT NULL,
    author_id uuid NOT NULL,
    title character varying(200) NOT NULL,
    content text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.people_post_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.people_post_id_seq OWNED BY public.people_post.id;
CREATE TABLE public.token_blacklist_blacklistedtoken (
    id bigint NOT NULL,
    token_id bigint NOT NULL,
    blacklisted_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.token_blacklist_blacklistedtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.token_blacklist_blacklistedtoken_id_seq OWNED BY public.token_blacklist_blacklistedtoken.id;
CREATE TABLE public.token_blacklist_outstandingtoken (
    id bigint NOT NULL,
    user_id uuid,
    jti character varying(255) NOT NULL,
    token text NOT NULL,
    created_at timestamp with time zone,
    expires_at timestamp with time zone NOT NULL
);
CREATE SEQUENCE public.token_blacklist_outstandingtoken_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.token_blacklist_outstandingtoken_id_seq OWNED BY public.token_blacklist_outstandingtoken.id;
CREATE TABLE public.users (
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    is_superuser boolean NOT NULL,
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(255) NOT NULL,
    is_active boolean NOT NULL,
    is_bot boolean NOT NULL,
    deleted_at timestamp with time zone,
    created_at timestamp with time zone NOT NULL
);
CREATE TABLE public.users_groups (
    id bigint NOT NULL,
    uuiduser_id uuid NOT NULL,
    group_id integer NOT NULL
);
CREATE SEQUENCE public.users_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.users_groups_id_seq OWNED BY public.users_groups.id;
CREATE TABLE public.users_user_permissions (
    id bigint NOT NULL,
    uuiduser_id uuid NOT NULL,
    permission_id integer NOT NULL
);
CREATE SEQUENCE public.users_user_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.users_user_permissions_id_seq OWNED BY public.users_user_permissions.id;
ALTER TABLE ONLY public.auth_group ALTER COLUMN id SET DEFAULT nextval('public.auth_group_id_seq'::regclass);
ALTER TABLE ONLY public.auth_group_permissions ALTER COLUMN id SET DEFAULT nextval('public.auth_group_permissions_id_seq'::regclass);
ALTER TABLE ONLY public.auth_permission ALTER COLUMN id SET DEFAULT nextval('public.auth_permission_id_seq'::regclass);
ALTER TABLE ONLY public.django_content_type ALTER COLUMN id SET DEFAULT nextval('public.django_content_type_id_seq'::regclass);
ALTER TABLE ONLY public.people_post ALTER COLUMN id SET DEFAULT nextval('public.people_post_id_seq'::regclass);
ALTER TABLE ONLY public.token_blacklist_blacklistedtoken ALTER COLUMN id SET DEFAULT nextval('public.token_blacklist_blacklistedtoken_id_seq'::regclass);
ALTER TABLE ONLY public.token_blacklist_outstandingtoken ALTER COLUMN id SET DEFAULT nextval('public.token_blacklist_outstandingtoken_id_seq'::regclass);
ALTER TABLE ONLY public.users_groups ALTER COLUMN id SET DEFAULT nextval('public.users_groups_id_seq'::regclass);
ALTER TABLE ONLY public.users_user_permissions ALTER COLUMN id SET DEFAULT nextval('public.users_user_permissions_id_seq'::regclass);
INSERT INTO public.auth_permission VALUES (1, 'Can add content type', 1, 'add_contenttype');
INSERT INTO public.auth_permission VALUES (2, 'Can change content type', 1, 'change_contenttype');
INSERT INTO public.auth_permission VALUES (3, 'Can delete content type', 1, 'delete_contenttype');
INSERT INTO public.auth_permission VALUES (4, 'Can view content type', 1, 'view_contenttype');
INSERT INTO public.auth_permission VALUES (5, 'Can add permission', 2, 'add_permission');
INSERT INTO public.auth_permission VALUES (6, 'Can change permission', 2, 'change_permission');
INSERT INTO public.auth_permission VALUES (7, 'Can delete permission', 2, 'delete_permission');
INSERT INTO public.auth_permission VALUES (8, 'Can view permission', 2, 'view_permission');
INSERT INTO public.auth_permission VALUES (9, 'Can add group', 3, 'add_group');
INSERT INTO public.auth_permission VALUES (10, 'Can change group', 3, 'change_group');
INSERT INTO public.auth_permission VALUES (11, 'Can delete group', 3, 'delete_group');
INSERT INTO public.auth_permission VALUES (12, 'Can view group', 3, 'view_group');
INSERT INTO public.auth_permission VALUES (13, 'Can add outstanding token', 4, 'add_outstandingtoken');
INSERT INTO public.auth_permission VALUES (14, 'Can change outstanding token', 4, 'change_outstandingtoken');
INSERT INTO public.auth_permission VALUES (15, 'Can delete outstanding token', 4, 'delete_outstandingtoken');
INSERT INTO public.auth_permission VALUES (16, 'Can view outstanding token', 4, 'view_outstandingtoken');
INSERT INTO public.auth_permission VALUES (17, 'Can add blacklisted token', 5, 'add_blacklistedtoken');
INSERT INTO public.auth_permission VALUES (18, 'Can change blacklisted token', 5, 'change_blacklistedtoken');
INSERT INTO public.auth_permission VALUES (19, 'Can delete blacklisted token', 5, 'delete_blacklistedtoken');
INSERT INTO public.auth_permission VALUES (20, 'Can view blacklisted token', 5, 'view_blacklistedtoken');
INSERT INTO public.auth_permission VALUES (21, 'Can add post', 6, 'add_post');
INSERT INTO public.auth_permission VALUES (22, 'Can change post', 6, 'change_post');
INSERT INTO public.auth_permission VALUES (23, 'Can delete post', 6, 'delete_post');
INSERT INTO public.auth_permission VALUES (24, 'Can view post', 6, 'view_post');
INSERT INTO public.auth_permission VALUES (25, 'Can add uuid user', 7, 'add_uuiduser');
INSERT INTO public.auth_permission VALUES (26, 'Can change uuid user', 7, 'change_uuiduser');
INSERT INTO public.auth_permission VALUES (27, 'Can delete uuid user', 7, 'delete_uuiduser');
INSERT INTO public.auth_permission VALUES (28, 'Can view uuid user', 7, 'view_uuiduser');
INSERT INTO public.django_content_type VALUES (1, 'contenttypes', 'contenttype');
INSERT INTO public.django_content_type VALUES (2, 'auth', 'permission');
INSERT INTO public.django_content_type VALUES (3, 'auth', 'group');
INSERT INTO public.django_content_type VALUES (4, 'token_blacklist', 'outstandingtoken');
INSERT INTO public.django_content_type VALUES (5, 'token_blacklist', 'blacklistedtoken');
INSERT INTO public.django_content_type VALUES (6, 'people', 'post');
INSERT INTO public.django_content_type VALUES (7, 'people', 'uuiduser');
INSERT INTO public.users VALUES ('pbkdf2_sha256$1000$uuidsalt$Z20vlGY5WjjNpY1PvnOyVDTso8EsDeESxFtZXHxFkNw=', NULL, false, '0abcdef0-0000-0000-0000-000000000000', 'ada@example.org', 'Ada Lovelace', true, false, NULL, '2026-11-30 03:38:24.890523+00');
INSERT INTO public.users VALUES ('pbkdf2_sha256$1000$uuidsalt$Z20vlGY5WjjNpY1PvnOyVDTso8EsDeESxFtZXHxFkNw=', NULL, false, '0abcdef0-0000-0000-0000-000000000001', 'Bob@Example.org', '', true, false, NULL, '2026-11-30 03:38:24.894433+00');
INSERT INTO public.users VALUES ('pbkdf2_sha256$1000$uuidsalt$Z20vlGY5WjjNpY1PvnOyVDTso8EsDeESxFtZXHxFkNw=', NULL, false, '0abcdef0-0000-0000-0000-000000000002', 'gone@example.org', '', true, false, '2026-11-01 12:00:00+00', '2026-11-30 03:38:24.895192+00');
INSERT INTO public.users VALUES ('!bot', NULL, false, '0abcdef0-0000-0000-0000-000000000009', 'bot@example.org', '', true, true, NULL, '2026-11-30 03:38:24.895538+00');
SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);
SELECT pg_catalog.setval('public.auth_permission_id_seq', 28, true);
SELECT pg_catalog.setval('public.django_content_type_id_seq', 7, true);
SELECT pg_catalog.setval('public.people_post_id_seq', 1, false);
SELECT pg_catalog.setval('public.token_blacklist_blacklistedtoken_id_seq', 1, false);
SELECT pg_catalog.setval('public.token_blacklist_outstandingtoken_id_seq', 1, false);
SELECT pg_catalog.setval('public.users_groups_id_seq', 1, false);
SELECT pg_catalog.setval('public.users_user_permissions_id_seq', 1, false);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);
ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.people_post
    ADD CONSTRAINT people_post_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token_blacklist_blacklistedtoken
    ADD CONSTRAINT token_blacklist_blacklistedtoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.token_blacklist_blacklistedtoken
    ADD CONSTRAINT token_blacklist_blacklistedtoken_token_id_key UNIQUE (token_id);
ALTER TABLE ONLY public.token_blacklist_outstandingtoken
    ADD CONSTRAINT token_blacklist_outstandingtoken_jti_key UNIQUE (jti);
ALTER TABLE ONLY public.token_blacklist_outstandingtoken
    ADD CONSTRAINT token_blacklist_outstandingtoken_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_key UNIQUE (email);
ALTER TABLE ONLY public.users_groups
    ADD CONSTRAINT users_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users_groups
    ADD CONSTRAINT users_groups_uuiduser_id_group_id_85c5b896_uniq UNIQUE (uuiduser_id, group_id);
ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users_user_permissions
    ADD CONSTRAINT users_user_permissions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.users_user_permissions
    ADD CONSTRAINT users_user_permissions_uuiduser_id_permission_id_f6d7d36d_uniq UNIQUE (uuiduser_id, permission_id);
CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);
CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);
CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);
CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);
CREATE INDEX people_post_author_id_427c34ef ON public.people_post USING btree (author_id);
CREATE INDEX token_blacklist_outstandingtoken_jti_28cb9931_like ON public.token_blacklist_outstandingtoken USING btree (jti varchar_pattern_ops);
CREATE INDEX token_blacklist_outstandingtoken_user_id_83bc629a ON public.token_blacklist_outstandingtoken USING btree (user_id);
CREATE INDEX users_email_0ea73cca_like ON public.users USING btree (email varchar_pattern_ops);
CREATE INDEX users_groups_group_id_2f3517aa ON public.users_groups USING btree (group_id);
CREATE INDEX users_groups_uuiduser_id_c33b7e0f ON public.users_groups USING btree (uuiduser_id);
CREATE INDEX users_user_permissions_permission_id_6d08dcd2 ON public.users_user_permissions USING btree (permission_id);
CREATE INDEX users_user_permissions_uuiduser_id_67eb40d4 ON public.users_user_permissions USING btree (uuiduser_id);
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.people_post
    ADD CONSTRAINT people_post_author_id_427c34ef_fk_users_id FOREIGN KEY (author_id) REFERENCES public.users(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.token_blacklist_blacklistedtoken
    ADD CONSTRAINT token_blacklist_blac_token_id_3cc7fe56_fk_token_bla FOREIGN KEY (token_id) REFERENCES public.token_blacklist_outstandingtoken(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.token_blacklist_outstandingtoken
    ADD CONSTRAINT token_blacklist_outstandingtoken_user_id_83bc629a_fk_users_id FOREIGN KEY (user_id) REFERENCES public.users(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.users_groups
    ADD CONSTRAINT users_groups_group_id_2f3517aa_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.users_groups
    ADD CONSTRAINT users_groups_uuiduser_id_c33b7e0f_fk_users_id FOREIGN KEY (uuiduser_id) REFERENCES public.users(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.users_user_permissions
    ADD CONSTRAINT users_user_permissio_permission_id_6d08dcd2_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY public.users_user_permissions
    ADD CONSTRAINT users_user_permissions_uuiduser_id_67eb40d4_fk_users_id FOREIGN KEY (uuiduser_id) REFERENCES public.users(id) DEFERRABLE INITIALLY DEFERRED;
