-- A small bookshop that holds one of everything a relation can be: nullable keys, a self reference (author.mentor), a link
-- table (book_author), a one-to-one (cover), a composite key (edition), a key to a column that is not the primary key (award).
CREATE TABLE publisher (
    id INTEGER PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    city VARCHAR(40),
    founded DATE,
    opens TIME
);
CREATE TABLE author (
    id INTEGER PRIMARY KEY,
    name VARCHAR(80) NOT NULL,
    born DATE,
    mentor_id INTEGER REFERENCES author(id)
);
CREATE TABLE book (
    id INTEGER PRIMARY KEY,
    title VARCHAR(200) NOT NULL,
    isbn VARCHAR(20) UNIQUE,
    pages INTEGER,
    price NUMERIC(8,2) NOT NULL,
    in_print BOOL NOT NULL,
    published DATE,
    added DATETIME NOT NULL,
    publisher_id INTEGER REFERENCES publisher(id)
);
CREATE TABLE book_author (
    book_id INTEGER NOT NULL REFERENCES book(id),
    author_id INTEGER NOT NULL REFERENCES author(id),
    PRIMARY KEY (book_id, author_id)
);
CREATE TABLE cover (
    book_id INTEGER PRIMARY KEY REFERENCES book(id),
    colour VARCHAR(20),
    image BLOB
);
CREATE TABLE review (
    id INTEGER PRIMARY KEY,
    book_id INTEGER NOT NULL REFERENCES book(id),
    reviewer VARCHAR(40) NOT NULL,
    rating INTEGER NOT NULL,
    written DATETIME
);
CREATE TABLE edition (
    book_id INTEGER NOT NULL REFERENCES book(id),
    number INTEGER NOT NULL,
    year INTEGER,
    PRIMARY KEY (book_id, number)
);
CREATE TABLE award (
    id INTEGER PRIMARY KEY,
    name VARCHAR(40) NOT NULL,
    book_isbn VARCHAR(20) REFERENCES book(isbn)
);

INSERT INTO publisher VALUES
    (1, 'Harbour', 'Oslo', '1950-03-01', '08:30:00'),
    (2, 'North', NULL, '1975-01-01', NULL),
    (3, 'Quiet', 'Bergen', NULL, '10:00:00');
INSERT INTO author VALUES
    (1, 'Ada', '1930-10-21', NULL),
    (2, 'Bo', '1955-02-03', 1),
    (3, 'Cy', NULL, 2),
    (4, 'Dee', '1988-12-31', NULL);
INSERT INTO book VALUES
    (1, 'Tides', '111', 300, 12.50, 1, '1999-05-01', '2020-01-01 10:00:00', 1),
    (2, 'Winter', '222', 120, 8.00, 1, '2005-11-30', '2020-02-01 11:30:00', 1),
    (3, 'Embers', '333', 450, 20.00, 0, NULL, '2021-03-05 09:15:30.5', 2),
    (4, 'Loose Leaves', NULL, NULL, 5.25, 0, '2010-01-01', '2021-12-31 23:59:59', NULL),
    (5, '100% Wool', '555', 80, 9.99, 1, '2015-07-07', '2022-06-01 00:00:00', NULL);
INSERT INTO book_author VALUES (1, 1), (2, 1), (2, 2), (3, 3), (4, 2);
INSERT INTO cover VALUES (1, 'blue', x'00ff'), (3, NULL, NULL);
INSERT INTO review VALUES
    (1, 1, 'Kim', 5, '2020-05-01 12:00:00'),
    (2, 1, 'Lou', 3, '2020-05-02 12:00:00'),
    (3, 2, 'Kim', 4, NULL),
    (4, 3, 'Max', 1, '2021-08-08 08:08:08'),
    (5, 3, 'Kim', 2, '2021-09-09 09:09:09');
INSERT INTO edition VALUES (1, 1, 1999), (1, 2, 2003), (3, 1, NULL);
INSERT INTO award VALUES (1, 'Anchor', '111'), (2, 'Lantern', '333'), (3, 'Anchor', NULL);
