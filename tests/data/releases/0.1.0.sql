BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'chenbao','m001_first_schema','2026-11-29 12:30:33.049812+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'chenbao','m002_developments','2026-11-29 12:30:33.063120+00:00');
INSERT INTO "_sqlite_migrations" VALUES(3,'chenbao','m003_folders','2026-11-29 12:30:33.071116+00:00');
INSERT INTO "_sqlite_migrations" VALUES(4,'chenbao','m004_identity','2026-11-29 12:30:33.079010+00:00');
INSERT INTO "_sqlite_migrations" VALUES(5,'chenbao','m005_progress_of_updates','2026-11-29 12:30:33.085508+00:00');
INSERT INTO "_sqlite_migrations" VALUES(6,'chenbao','m006_notices','2026-11-29 12:30:33.099705+00:00');
INSERT INTO "_sqlite_migrations" VALUES(7,'chenbao','m007_compositions','2026-11-29 12:30:33.115079+00:00');
INSERT INTO "_sqlite_migrations" VALUES(8,'chenbao','m008_centrality','2026-11-29 12:30:33.122820+00:00');
INSERT INTO "_sqlite_migrations" VALUES(9,'chenbao','m009_full_text','2026-11-29 12:30:33.135068+00:00');
INSERT INTO "_sqlite_migrations" VALUES(10,'chenbao','m010_bindings','2026-11-29 12:30:33.143320+00:00');
INSERT INTO "_sqlite_migrations" VALUES(11,'chenbao','m011_gone_sources','2026-11-29 12:30:33.154982+00:00');
INSERT INTO "_sqlite_migrations" VALUES(12,'chenbao','m012_source_topics','2026-11-29 12:30:33.167042+00:00');
INSERT INTO "_sqlite_migrations" VALUES(13,'chenbao','m013_told_is_known','2026-11-29 12:30:33.175605+00:00');
INSERT INTO "_sqlite_migrations" VALUES(14,'chenbao','m014_same_bodies','2026-11-29 12:30:33.185054+00:00');
INSERT INTO "_sqlite_migrations" VALUES(15,'chenbao','m015_words_counted_later','2026-11-29 12:30:33.194547+00:00');
INSERT INTO "_sqlite_migrations" VALUES(16,'chenbao','m016_steady_index','2026-11-29 12:30:33.202206+00:00');
CREATE TABLE article_topics (
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        topic TEXT NOT NULL,
        PRIMARY KEY (article_id, topic)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "article_topics" VALUES(3,'ai');
INSERT INTO "article_topics" VALUES(1,'cloud');
INSERT INTO "article_topics" VALUES(2,'cloud');
INSERT INTO "article_topics" VALUES(3,'cloud');
INSERT INTO "article_topics" VALUES(2,'semiconductor');
INSERT INTO "article_topics" VALUES(4,'telecom');
CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        guid TEXT NOT NULL,
        url TEXT NOT NULL,
        canonical_url TEXT NOT NULL,          -- empty for imported documents without links
        title TEXT NOT NULL,
        title_key TEXT NOT NULL,              -- squashed title: identity of entries that have neither link nor guid
        text TEXT NOT NULL,
        publisher TEXT NOT NULL,
        published_at TEXT NOT NULL,
        fetched_at TEXT NOT NULL,
        section TEXT,
        section_given INTEGER NOT NULL DEFAULT 0,  -- the document's own section, which analysis never overrules
        keywords TEXT NOT NULL DEFAULT '[]',
        summary TEXT NOT NULL DEFAULT '[]',
        fingerprint TEXT NOT NULL DEFAULT '[]',
        story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        page INTEGER
    , archived INTEGER NOT NULL DEFAULT 0, centrality REAL NOT NULL DEFAULT 1.0) STRICT
    ;
INSERT INTO "articles" VALUES(1,1,'1','https://n.example.com/1','https://n.example.com/1','望川县首座智算中心投用','望川县首座智算中心投用','望川县首座智算中心今天投用，提供800P算力。项目总投资12亿元，由当地国资平台建设。','例报','2026-11-25T03:00:00Z','2026-11-25T08:00:00Z','operations',0,'["望川县", "智算中心", "投用", "望川县首座智算中心", "800P", "当地国资", "智算中心投用", "算力"]','["望川县首座智算中心今天投用，提供800P算力。", "项目总投资12亿元，由当地国资平台建设。"]','[77544824, 225890990, 245085703, 259917924, 321486789, 732868161]',1,NULL,0,6.76743900313348079045e-01);
INSERT INTO "articles" VALUES(2,1,'2','https://n.example.com/2','https://n.example.com/2','澜川科技发布新一代服务器芯片','澜川科技发布新一代服务器芯片','澜川科技今天发布新一代服务器芯片L7，核心数为48个，明年一季度量产。','例报','2026-11-25T04:00:00Z','2026-11-25T08:00:00Z','technology',0,'["澜川科技", "服务器芯片", "服务器", "科技发布", "澜川", "核心数为", "量产", "芯片L7"]','["澜川科技今天发布新一代服务器芯片L7，核心数为48个，明年一季度量产。"]','[76798565, 147229067, 572237945]',2,NULL,0,1.0);
INSERT INTO "articles" VALUES(3,1,'3','https://n.example.com/3','https://n.example.com/3','望川智算中心启用 算力达800P','望川智算中心启用算力达800p','望川县首座智算中心今天启用，算力达800P，总投资12亿元。','例报','2026-11-25T05:00:00Z','2026-11-25T08:00:00Z','operations',0,'["智算中心", "800P", "望川", "启用", "算力达", "望川县", "总投资", "望川智算中心"]','["望川县首座智算中心今天启用，算力达800P，总投资12亿元。"]','[190739952, 294517856, 321486789, 533850486, 863502569]',1,NULL,0,1.0);
INSERT INTO "articles" VALUES(4,2,'','','','五G专网进矿山','五g专网进矿山','一座煤矿建成五G专网，井下巡检改由机器人完成。','旧刊','2026-11-23T08:00:00Z','2026-11-25T08:00:00Z','operations',0,'["G专网", "煤矿建成", "进矿山", "专网进", "井下巡检", "矿山", "机器人", "G专网进"]','["一座煤矿建成五G专网，井下巡检改由机器人完成。"]','[122092823, 193088940, 262956000, 650584644, 932738223]',3,NULL,0,7.87834849973044315518e-01);
CREATE TABLE bindings (
            telegram_user_id INTEGER NOT NULL,
            chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
            bound_at TEXT NOT NULL,
            PRIMARY KEY (telegram_user_id, chat_id)
        ) STRICT, WITHOUT ROWID
        ;
CREATE TABLE chats (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        telegram_chat_id INTEGER NOT NULL,
        telegram_thread_id INTEGER,           -- a forum topic, else NULL
        kind TEXT NOT NULL CHECK (kind IN ('private', 'group', 'supergroup', 'channel')),
        title TEXT NOT NULL,
        language TEXT NOT NULL,
        zone TEXT NOT NULL,
        briefing_time TEXT NOT NULL,          -- local HH:MM
        weekdays TEXT NOT NULL,               -- JSON list of ISO weekdays
        max_items INTEGER NOT NULL,
        sections TEXT NOT NULL DEFAULT '[]',  -- JSON list; empty means all
        silent_when_slow INTEGER NOT NULL DEFAULT 0,
        paused INTEGER NOT NULL DEFAULT 0,
        active INTEGER NOT NULL DEFAULT 1,
        inactive_reason TEXT NOT NULL DEFAULT '',
        onboarded INTEGER NOT NULL DEFAULT 0,
        awaiting TEXT NOT NULL DEFAULT '',
        created_at TEXT NOT NULL,
        next_due_at TEXT                      -- UTC instant of the next scheduled edition
    , managing INTEGER REFERENCES chats (id) ON DELETE SET NULL) STRICT
    ;
INSERT INTO "chats" VALUES(1,4711,NULL,'private','读者','zh-Hans','Asia/Shanghai','07:30','[1, 2, 3, 4, 5, 6, 7]',12,'[]',0,0,1,'',1,'','2026-11-25T08:00:00Z','2026-11-25T23:30:00Z',NULL);
CREATE TABLE compositions (id INTEGER PRIMARY KEY AUTOINCREMENT, items TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO "compositions" VALUES(1,'[[1,1,"operations","",0],[2,2,"operations","",0]]');
CREATE TABLE deliveries (
        id INTEGER PRIMARY KEY,
        edition_id INTEGER NOT NULL REFERENCES editions (id) ON DELETE CASCADE,
        part INTEGER NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'uncertain')),
        attempts INTEGER NOT NULL DEFAULT 0,
        not_before TEXT NOT NULL,
        claimed_at TEXT,
        finished_at TEXT,
        offered_at TEXT,                      -- the reader was told that it may be missing
        telegram_message_id INTEGER,
        problem TEXT NOT NULL DEFAULT '',
        UNIQUE (edition_id, part)
    ) STRICT
    ;
INSERT INTO "deliveries" VALUES(1,1,0,'sent',1,'2026-11-25T08:00:00Z','2026-11-25T08:00:00Z','2026-11-25T08:00:00Z',NULL,99,'');
CREATE TABLE editions (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        local_date TEXT NOT NULL,
        slot TEXT NOT NULL,                   -- morning, or demand:<update id>
        state TEXT NOT NULL CHECK (state IN ('composed', 'quiet', 'skipped')),
        considered INTEGER NOT NULL DEFAULT 0,
        created_at TEXT NOT NULL, composition_id INTEGER REFERENCES compositions (id),
        UNIQUE (chat_id, local_date, slot)
    ) STRICT
    ;
INSERT INTO "editions" VALUES(1,1,'2026-11-25','morning','composed',9,'2026-11-25T08:00:00Z',1);
CREATE TABLE feedback (
        id INTEGER PRIMARY KEY,
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        story_id INTEGER REFERENCES stories (id) ON DELETE SET NULL,
        kind TEXT NOT NULL,                   -- saved, unsaved, why, more
        created_at TEXT NOT NULL
    ) STRICT
    ;
INSERT INTO "feedback" VALUES(1,1,1,'saved','2026-11-25T08:00:00Z');
CREATE TABLE inbox (                      -- updates, stored before Telegram is told that we have them
        update_id INTEGER PRIMARY KEY,
        payload TEXT NOT NULL,
        received_at TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'done', 'poison')),
        problem TEXT NOT NULL DEFAULT ''
    , answers INTEGER NOT NULL DEFAULT 0, applied INTEGER NOT NULL DEFAULT 0) STRICT
    ;
INSERT INTO "inbox" VALUES(7,'{"update_id": 7, "message": {"message_id": 1, "date": 1764057600, "chat": {"id": 4711, "type": "private", "first_name": "读者"}, "from": {"id": 4711, "is_bot": false, "first_name": "读者"}, "text": "/help"}}','2026-11-25T08:00:00Z','new','',0,0);
CREATE TABLE index_documents (
        doc_id INTEGER PRIMARY KEY,           -- publishing day x 16384 + number within the day
        article_id INTEGER NOT NULL UNIQUE,
        tokens BLOB NOT NULL                  -- the four columns as given to FTS5, joined by newlines, zlib
    ) STRICT
    ;
INSERT INTO "index_documents" VALUES(340459520,4,X'785E4D8B3D0AC2401805FB9CE29DC17E0F13974503311BB249619746086AA19820A220A2102B2195F113C965F6C76318C1C2EA0DC33C4D2546D0EDC6BDD678777BB863679AC6D36D6EA8869B5D7A01F3245BACA0FF634D956E1730F7933DE7B0E5C3950DEC81CCEEFA1B4D04735BF64FCFF3A32994CC122ED800A98C03CE52110A2E275082A7818C988C45E27F4921CE8661A0C62261765B9B62FE01A17959B7');
INSERT INTO "index_documents" VALUES(340492288,1,X'785E958B4B0A82501885E76EA2B3046BD4C4C5980909D115CD41B3A09A1854D08BB835087A0E9222A252D2CDDCFF5ABB28A116D0E0C0F938DF91734ED705F512BC36130AB790B3300DA610B70325AD2FFDC01FA7A39D22FFB888C8A7D5FEFB84EC0F44CC5154D52C363E1EF91C39BC96F7940790CD28539F9736F2058830A14E0BE9E8047A0C697E04F147B6D1FD4CFD0F45E133881545AF35E032CF314C2D8F3AB32D4333AACC2BC3358DBAC56A1AB34D47CF9A0BDB2B552DB7623A9A88BBD25FBF01D36A8FF2');
INSERT INTO "index_documents" VALUES(340492289,2,X'785E9D8C3B0AC2401445FBACE26D4110B4C9627432682066423E855D208538A292425188A0C43F88168231826E66DEA8BB308158D85A1C38B7B847DE23BCCCE0B90925F7018721260188C417B718E4F8F4B5A88F7C011938DD162BB7173F3EBB1D45FE44C48DE372F7670B8C0AC879828F00E428BBA450AE668D3DC8C900AFE73C87871832305D172BB7776728D28DA2D4CC3638CCB309554BE0324B272A3198A715EED0964E98A979C465363894B83A33559792A6C90CD66883E5D50DDD69525B15F79EE4AB0F64AEA196');
INSERT INTO "index_documents" VALUES(340492290,3,X'785E7B3667F6D3ED73159ECDDCF57CDD7485273BD63EDDDF0CE541394F27AC7F3E65850250E069D76C8517FBF629581818807001D733B0E6A77DFB155E2E9BF674D7727CC63CD9DDF574C94A3CA6293C6BD8ADF0AC6BEA8BAD2D0A86460A4F76ED7FDADACCC5959857A9509C5F5A949C6A6BA850925F90996C9B98096524E7E497A62814A7269764E6E7D9E617A416258258C50A05A5493999C519A945B64FF6753FEB5A0A000EF17A10');
CREATE TABLE index_gone (doc_id INTEGER PRIMARY KEY) STRICT;
CREATE TABLE index_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO "index_meta" VALUES('documents','4');
INSERT INTO "index_meta" VALUES('version','jieba-0.42.1/1/f10adc7de805');
CREATE TABLE index_terms (                -- in how many documents a word stands
        term TEXT PRIMARY KEY,
        documents INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE index_uncounted (            -- new documents whose words are not in index_terms yet
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        doc_id INTEGER NOT NULL UNIQUE
    ) STRICT
;
INSERT INTO "index_uncounted" VALUES(1,340492288);
INSERT INTO "index_uncounted" VALUES(2,340492289);
INSERT INTO "index_uncounted" VALUES(3,340492290);
INSERT INTO "index_uncounted" VALUES(4,340459520);
PRAGMA writable_schema=ON;
INSERT INTO sqlite_master(type,name,tbl_name,rootpage,sql)VALUES('table','index_words','index_words',0,'CREATE VIRTUAL TABLE index_words USING fts5 (
        title, lead, body, facets, content = '''', tokenize = "ascii tokenchars ''!#$%&()*+,-./:;<=>?@[\]^_`{|}~''"
    )');
CREATE TABLE 'index_words_config'(k PRIMARY KEY, v) WITHOUT ROWID;
INSERT INTO "index_words_config" VALUES('automerge',0);
INSERT INTO "index_words_config" VALUES('version',4);
CREATE TABLE 'index_words_data'(id INTEGER PRIMARY KEY, block BLOB);
INSERT INTO "index_words_data" VALUES(1,X'041D440016');
INSERT INTO "index_words_data" VALUES(10,X'000000010102000002010101020101');
INSERT INTO "index_words_data" VALUES(137438953473,X'000003C60330313281A2AE800006010110020601010F0102343881A2AE80010601010F010338303081A2AE80000601010A02080901010B04017081A2AE80000601010B02080A01010C0103616E7981A2AE8000060103020106010302010601030201026C3781A2AE80010601010C01107075626C69736865723DE4BE8BE68AA581A2AE80000601030601060103070106010307011273656374696F6E3D6F7065726174696F6E7381A2AE8000060103050206010306090A746563686E6F6C6F677981A2AE80010601030602076F757263653D3181A2AE800006010303010601030301060103030108746F7069633D616981A2AE8002060103040705636C6F756481A2AE80000601030401060103040106010305070D73656D69636F6E647563746F7281A2AE8001060103050106E4B880E4BBA381A2AE800108050101060403E5ADA381A2AE8001060101120703E5BAA681A2AE8001060101140301AA81A2AE8001060101100304ADE5BF8381A2AE800008050101050208040101050205BABFE5858381A2AE80000601011102060101100205BB8AE5A4A981A2AE800006010107010601010401060101070106E58AA1E599A881A2AE8001080801010902058F91E5B88381A2AE80010804010105020590AFE794A881A2AE8002080601010802059BBDE8B58481A2AE8000060101140205ADA3E5BAA681A2AE8001060101130205B9B3E58FB081A2AE8000060101150205BBBAE8AEBE81A2AE8000060101160205BD93E59CB081A2AE8000060101130103E680BB81A2AE80000601010E020601010D02058A95E794A881A2AE800008070101080403E8B58481A2AE80000601010F020601010E02058F90E4BE9B81A2AE800006010109020595B0E4B8BA81A2AE80010601010E020896B0E4B880E4BBA381A2AE800108060101070205988EE5B9B481A2AE800106010111020599BAE7AE9781A2AE800008040101040208030101040706E4B8ADE5BF8381A2AE8000080601010602080501010602059C8DE58AA181A2AE800108070101080703E599A881A2AE8001080901010A03049BE5B79D81A2AE800202020703E58EBF81A2AE8000080201010202060101020205A0B8E5BF8381A2AE80010601010D0205BE9CE5B79D81A2AE800108020101020103E794B181A2AE8000060101120205A791E68A8081A2AE800108030101030205AE97E58A9B81A2AE80000601010C0208070101090106E88AAFE7898781A2AE8001080A01010B0202BEBE81A2AE8002080801010A0106E9878FE4BAA781A2AE8001060101150205A1B9E79BAE81A2AE80000601010D0205A696E5BAA781A2AE80000803010103020601010304120D1412180D2522151C131A18120E0E0C16151A1211111010101010131113101014101718110F0D1410110E1116120E1110');
INSERT INTO "index_words_data" VALUES(274877906945,X'0000014A0430616E7981A2AC80000601030201016781A2AC8000080301010601107075626C69736865723DE697A7E5888A81A2AC800006010306011273656374696F6E3D6F7065726174696F6E7381A2AC80000601030502076F757263653D3281A2AC800006010303010D746F7069633D74656C65636F6D81A2AC8000060103040106E4B880E5BAA781A2AC800006010102030493E7BD9181A2AC800008040101070202BA9481A2AC80000802010105030495E4B88B81A2AC8000060101080106E5AE8CE6889081A2AC80000601010D0205B7A1E6A38081A2AC8000060101090205BBBAE6889081A2AC8000060101040106E694B9E794B181A2AC80000601010A02059CBAE599A881A2AC80000601010B0703E4BABA81A2AC80000601010C0106E785A4E79FBF81A2AC80000601010302059FBFE5B1B181A2AC800002060103E8BF9B81A2AC80000205040E0D1B1D121811100E0F11101011100E110E');
CREATE TABLE 'index_words_docsize'(id INTEGER PRIMARY KEY, sz BLOB);
INSERT INTO "index_words_docsize" VALUES(340459520,X'050C0005');
INSERT INTO "index_words_docsize" VALUES(340492288,X'06150005');
INSERT INTO "index_words_docsize" VALUES(340492289,X'09140006');
INSERT INTO "index_words_docsize" VALUES(340492290,X'090F0006');
CREATE TABLE 'index_words_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;
INSERT INTO "index_words_idx" VALUES(1,X'',2);
INSERT INTO "index_words_idx" VALUES(2,X'',2);
CREATE TABLE invitations (                -- codes that let one person in each, when access is by invitation
        code TEXT PRIMARY KEY,
        created_at TEXT NOT NULL,
        used_by INTEGER,                      -- Telegram's user id
        used_at TEXT
    ) STRICT
    ;
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE notices (id INTEGER PRIMARY KEY, owner_id INTEGER NOT NULL, kind TEXT NOT NULL CHECK (kind IN ('failing', 'gone', 'back')), source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE, failures INTEGER NOT NULL, problem TEXT NOT NULL, last_good_at TEXT, created_at TEXT NOT NULL, not_before TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'sending', 'sent', 'failed', 'uncertain'))) STRICT;
CREATE TABLE saved_stories (
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        saved_at TEXT NOT NULL,
        PRIMARY KEY (chat_id, story_id)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "saved_stories" VALUES(1,1,'2026-11-25T08:00:00Z');
CREATE TABLE searches (                   -- what a result page's buttons refer to
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        query TEXT NOT NULL,
        created_at TEXT NOT NULL
    ) STRICT
    ;
CREATE TABLE shared_links (source_id INTEGER NOT NULL REFERENCES sources (id) ON DELETE CASCADE, link TEXT NOT NULL, PRIMARY KEY (source_id, link)) STRICT, WITHOUT ROWID;
CREATE TABLE sources (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL UNIQUE,             -- the feed's address, or document:<name>
        title TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('feed', 'document')),
        language TEXT NOT NULL DEFAULT 'zh-CN',
        section TEXT,                         -- hint for entries that the text path cannot place
        weight REAL NOT NULL DEFAULT 1.0,
        enabled INTEGER NOT NULL DEFAULT 1,
        created_at TEXT NOT NULL,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        interval_minutes INTEGER NOT NULL DEFAULT 30,
        next_fetch_at TEXT,                   -- NULL: at once
        fetched_at TEXT,
        succeeded_at TEXT,
        failures INTEGER NOT NULL DEFAULT 0,  -- in a row
        problem TEXT NOT NULL DEFAULT ''
    , folder TEXT NOT NULL DEFAULT '', paused INTEGER NOT NULL DEFAULT 0, moved_from TEXT NOT NULL DEFAULT '', quarantined_at TEXT, full_text TEXT NOT NULL DEFAULT 'auto' CHECK (full_text IN ('auto', 'always', 'never')), gone_at TEXT, topics TEXT NOT NULL DEFAULT '', digest TEXT NOT NULL DEFAULT '') STRICT
    ;
INSERT INTO "sources" VALUES(1,'https://feeds.example.com/rss','例报','feed','zh-CN',NULL,1.0,1,'2026-11-25T08:00:00Z','','',30,NULL,NULL,NULL,0,'','',0,'',NULL,'auto',NULL,'','');
INSERT INTO "sources" VALUES(2,'document:旧刊','旧刊','document','zh-CN',NULL,1.0,1,'2026-11-25T08:00:00Z','','',30,NULL,NULL,NULL,0,'','',0,'',NULL,'auto',NULL,'','');
CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        first_at TEXT NOT NULL,               -- earliest and latest published_at of its articles
        last_at TEXT NOT NULL
    , follows INTEGER REFERENCES stories (id) ON DELETE SET NULL) STRICT
    ;
INSERT INTO "stories" VALUES(1,'2026-11-25T03:00:00Z','2026-11-25T05:00:00Z',NULL);
INSERT INTO "stories" VALUES(2,'2026-11-25T04:00:00Z','2026-11-25T04:00:00Z',NULL);
INSERT INTO "stories" VALUES(3,'2026-11-23T08:00:00Z','2026-11-23T08:00:00Z',NULL);
CREATE TABLE story_splits (               -- an owner said that this article is not that story
        article_id INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        story_id INTEGER NOT NULL REFERENCES stories (id) ON DELETE CASCADE,
        PRIMARY KEY (article_id, story_id)
    ) STRICT, WITHOUT ROWID
    ;
CREATE TABLE subscriptions (
        chat_id INTEGER NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        kind TEXT NOT NULL CHECK (kind IN ('topic', 'keyword', 'section', 'source')),
        value TEXT NOT NULL,
        created_at TEXT NOT NULL,
        PRIMARY KEY (chat_id, kind, value)
    ) STRICT, WITHOUT ROWID
    ;
INSERT INTO "subscriptions" VALUES(1,'keyword','澜川','2026-11-25T08:00:00Z');
INSERT INTO "subscriptions" VALUES(1,'topic','semiconductor','2026-11-25T08:00:00Z');
CREATE TABLE topics (                     -- the taxonomy in force, for those who read the file by SQL
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('section', 'topic')),
        name TEXT NOT NULL,
        name_en TEXT NOT NULL,
        position INTEGER NOT NULL
    ) STRICT
    ;
INSERT INTO "topics" VALUES('environment','section','产业环境','Industry environment',0);
INSERT INTO "topics" VALUES('operations','section','运营竞争','Operations and competition',1);
INSERT INTO "topics" VALUES('technology','section','技术情报','Technology intelligence',2);
INSERT INTO "topics" VALUES('companies','section','企业情报','Company intelligence',3);
INSERT INTO "topics" VALUES('overseas','section','海外借鉴','Overseas',4);
INSERT INTO "topics" VALUES('ai','topic','人工智能','Artificial intelligence',5);
INSERT INTO "topics" VALUES('semiconductor','topic','半导体与集成电路','Semiconductors',6);
INSERT INTO "topics" VALUES('telecom','topic','5G与通信','5G and telecom',7);
INSERT INTO "topics" VALUES('security','topic','网络与数据安全','Cyber and data security',8);
INSERT INTO "topics" VALUES('cloud','topic','云计算、算力与大数据','Cloud, computing power and big data',9);
INSERT INTO "topics" VALUES('industrial','topic','工业互联网与智能制造','Industrial internet and smart manufacturing',10);
INSERT INTO "topics" VALUES('govtech','topic','数字政府与智慧城市','Digital government and smart cities',11);
INSERT INTO "topics" VALUES('digital_economy','topic','数字经济与产业政策','Digital economy and policy',12);
INSERT INTO "topics" VALUES('devices','topic','智能终端与消费电子','Devices and consumer electronics',13);
INSERT INTO "topics" VALUES('iot','topic','物联网与智能家居','IoT and smart home',14);
INSERT INTO "topics" VALUES('quantum','topic','量子信息','Quantum information',15);
INSERT INTO "topics" VALUES('blockchain','topic','区块链与数字货币','Blockchain and digital currency',16);
INSERT INTO "topics" VALUES('robotics','topic','机器人','Robotics',17);
INSERT INTO "topics" VALUES('auto','topic','智能汽车与自动驾驶','Smart vehicles and autonomous driving',18);
INSERT INTO "topics" VALUES('platform','topic','互联网平台','Internet platforms',19);
INSERT INTO "topics" VALUES('space','topic','商业航天与卫星互联网','Commercial space and satellite internet',20);
INSERT INTO "topics" VALUES('software','topic','软件与信创','Software and domestic IT',21);
INSERT INTO "topics" VALUES('games','topic','游戏与数字内容','Games and digital content',22);
INSERT INTO "topics" VALUES('capital','topic','融资与上市','Funding and listings',23);
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE INDEX sources_due ON sources (enabled, next_fetch_at);
CREATE INDEX stories_last ON stories (last_at);
CREATE UNIQUE INDEX articles_link ON articles (canonical_url) WHERE canonical_url <> '';
CREATE INDEX articles_guid ON articles (source_id, guid) WHERE guid <> '';
CREATE INDEX articles_title ON articles (source_id, title_key);
CREATE INDEX articles_story ON articles (story_id);
CREATE INDEX articles_published ON articles (published_at);
CREATE INDEX article_topics_topic ON article_topics (topic, article_id);
CREATE UNIQUE INDEX chats_address ON chats (telegram_chat_id, ifnull(telegram_thread_id, 0));
CREATE INDEX chats_due ON chats (next_due_at) WHERE active AND NOT paused;
CREATE INDEX deliveries_open ON deliveries (state, not_before) WHERE state IN ('pending', 'sending');
CREATE INDEX inbox_new ON inbox (update_id) WHERE state = 'new';
CREATE INDEX invitations_used ON invitations (used_by);
CREATE TRIGGER articles_gone AFTER DELETE ON articles BEGIN
        INSERT OR IGNORE INTO index_gone SELECT doc_id FROM index_documents WHERE article_id = OLD.id;
    END;
CREATE INDEX stories_follows ON stories (follows) WHERE follows IS NOT NULL;
CREATE TRIGGER stories_empty AFTER DELETE ON articles WHEN OLD.story_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM articles WHERE story_id = OLD.story_id) BEGIN DELETE FROM stories WHERE id = OLD.story_id; END;
CREATE INDEX notices_open ON notices (state) WHERE state IN ('pending', 'sending');
CREATE INDEX editions_composition ON editions (composition_id) WHERE composition_id IS NOT NULL;
CREATE TRIGGER compositions_gone AFTER DELETE ON editions WHEN OLD.composition_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM editions WHERE composition_id = OLD.composition_id) BEGIN DELETE FROM compositions WHERE id = OLD.composition_id; END;
CREATE INDEX bindings_chat ON bindings (chat_id);
CREATE INDEX chats_managing ON chats (managing) WHERE managing IS NOT NULL;
CREATE INDEX chats_titles ON chats (title) WHERE kind <> 'private';
CREATE VIEW edition_items AS SELECT e.id AS edition_id, i.key AS position, json_extract(i.value, '$[0]') AS story_id, json_extract(i.value, '$[1]') AS article_id, json_extract(i.value, '$[2]') AS section, json_extract(i.value, '$[3]') AS reason, json_extract(i.value, '$[4]') AS follow_up FROM editions e JOIN compositions c ON c.id = e.composition_id, json_each(c.items) AS i;
PRAGMA writable_schema=OFF;
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('compositions',1);
INSERT INTO "sqlite_sequence" VALUES('stories',3);
INSERT INTO "sqlite_sequence" VALUES('articles',4);
INSERT INTO "sqlite_sequence" VALUES('index_uncounted',4);
INSERT INTO "sqlite_sequence" VALUES('chats',1);
INSERT INTO "sqlite_sequence" VALUES('editions',1);
COMMIT;
