#include "app/sample/words.h"

#include <array>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app::words {
namespace {

constexpr std::array firstNames{
    u"Ada",      u"Amir",   u"Anneke",  u"Aoife", u"Astrid", u"Beatriz", u"Benno",  u"Bruno",
    u"Carmen",   u"Chidi",  u"Clara",   u"Dagny", u"Daniel", u"Devi",    u"Dmitri", u"Edith",
    u"Elif",     u"Emre",   u"Esther",  u"Farid", u"Fiona",  u"Gaspard", u"Greta",  u"Haruki",
    u"Hedda",    u"Helena", u"Ibrahim", u"Ines",  u"Ingrid", u"Ivo",     u"Jamila", u"Jonas",
    u"Jun",      u"Kaveh",  u"Kirsten", u"Kofi",  u"Lars",   u"Leila",   u"Lena",   u"Leo",
    u"Lorenzo",  u"Maeve",  u"Malik",   u"Marta", u"Matteo", u"Mei",     u"Milan",  u"Mina",
    u"Nadia",    u"Noor",   u"Olga",    u"Omar",  u"Paolo",  u"Petra",   u"Priya",  u"Rafael",
    u"Ragnhild", u"Rosa",   u"Ruben",   u"Salma", u"Sigrid", u"Soren",   u"Stella", u"Tariq",
    u"Thea",     u"Tomas",  u"Ulla",    u"Vera",  u"Wanda",  u"Yara",    u"Yusuf",  u"Zofia"};
constexpr std::array lastNames{
    u"Abara",     u"Almqvist", u"Andersen", u"Aydin",    u"Bakker",  u"Baptiste",  u"Barros",
    u"Bergstrom", u"Brandt",   u"Brennan",  u"Castillo", u"Cho",     u"Conti",     u"Cruz",
    u"Dahl",      u"Diallo",   u"Dubois",   u"Eriksen",  u"Farouk",  u"Fischer",   u"Fontaine",
    u"Gallo",     u"Garcia",   u"Haddad",   u"Hansen",   u"Hayashi", u"Hoffmann",  u"Horvat",
    u"Ivanova",   u"Jansen",   u"Kaplan",   u"Kaya",     u"Keller",  u"Kimura",    u"Kowalska",
    u"Kumar",     u"Larsson",  u"Lefevre",  u"Lehtinen", u"Leone",   u"Lind",      u"Lopez",
    u"Marchetti", u"Mensah",   u"Meyer",    u"Moreau",   u"Murphy",  u"Nakamura",  u"Ndiaye",
    u"Nilsen",    u"Novak",    u"O'Brien",  u"Okafor",   u"Olsen",   u"Ortega",    u"Pereira",
    u"Petrov",    u"Quinn",    u"Rahimi",   u"Rossi",    u"Santos",  u"Schreiber", u"Silva",
    u"Sokolov",   u"Suzuki",   u"Tanaka",   u"Torres",   u"Vargas",  u"Vermeer",   u"Vogel",
    u"Weber",     u"Wolff",    u"Yilmaz",   u"Zhang"};
constexpr std::array cities{
    u"Amsterdam", u"Antwerp",  u"Athens",  u"Barcelona",  u"Basel",     u"Bergen",  u"Berlin",
    u"Bologna",   u"Bordeaux", u"Brno",    u"Cork",       u"Dresden",   u"Dublin",  u"Edinburgh",
    u"Gdansk",    u"Geneva",   u"Ghent",   u"Gothenburg", u"Graz",      u"Hamburg", u"Helsinki",
    u"Istanbul",  u"Krakow",   u"Leipzig", u"Lisbon",     u"Ljubljana", u"London",  u"Lyon",
    u"Madrid",    u"Malmo",    u"Milan",   u"Munich",     u"Naples",    u"Oslo",    u"Paris",
    u"Porto",     u"Prague",   u"Riga",    u"Rome",       u"Rotterdam", u"Sevilla", u"Tallinn",
    u"Turin",     u"Utrecht",  u"Vienna",  u"Vilnius",    u"Warsaw",    u"Zagreb",  u"Zurich"};
constexpr std::array presses{u"Press",    u"Books",  u"House",      u"& Daughters",
                             u"Editions", u"Verlag", u"Publishing", u"Library"};
constexpr std::array adjectives{
    u"Amber",     u"Ancient", u"Bitter",   u"Borrowed", u"Broken",    u"Burning",  u"Cold",
    u"Crooked",   u"Distant", u"Empty",    u"Endless",  u"Fading",    u"Fallen",   u"First",
    u"Forgotten", u"Frozen",  u"Gentle",   u"Golden",   u"Hidden",    u"Hollow",   u"Hungry",
    u"Idle",      u"Ivory",   u"Last",     u"Late",     u"Little",    u"Lonely",   u"Long",
    u"Lost",      u"Narrow",  u"Northern", u"Patient",  u"Quiet",     u"Restless", u"Salt",
    u"Scarlet",   u"Second",  u"Secret",   u"Seventh",  u"Silent",    u"Silver",   u"Slow",
    u"Stolen",    u"Strange", u"Sudden",   u"Thousand", u"Unwritten", u"Velvet",   u"Wild",
    u"Winter"};
constexpr std::array nouns{
    u"Alphabet", u"Archive", u"Atlas",     u"Autumn",       u"Bakery",  u"Bell",    u"Bridge",
    u"Cabinet",  u"Canal",   u"Carpenter", u"Cartographer", u"Clock",   u"Coast",   u"Country",
    u"Daughter", u"Door",    u"Dust",      u"Engine",       u"Evening", u"Ferry",   u"Fire",
    u"Forest",   u"Garden",  u"Ghost",     u"Harbour",      u"Harvest", u"Hour",    u"House",
    u"Island",   u"Journey", u"Key",       u"Lantern",      u"Letter",  u"Library", u"Lighthouse",
    u"Loom",     u"Map",     u"Market",    u"Memory",       u"Mirror",  u"Moon",    u"Mountain",
    u"Museum",   u"Night",   u"Orchard",   u"Painter",      u"Promise", u"Rain",    u"River",
    u"Road",     u"Room",    u"Season",    u"Shadow",       u"Shore",   u"Snow",    u"Song",
    u"Station",  u"Storm",   u"Street",    u"Thread",       u"Tide",    u"Tower",   u"Train",
    u"Valley",   u"Voice",   u"Weaver",    u"Widow",        u"Wind",    u"Window",  u"Witness"};
constexpr std::array genres{
    u"Adventure", u"Art",     u"Biography", u"Business",        u"Children", u"Classics",
    u"Comics",    u"Cookery", u"Crime",     u"Drama",           u"Essays",   u"Fantasy",
    u"Gardening", u"History", u"Humour",    u"Mystery",         u"Nature",   u"Philosophy",
    u"Poetry",    u"Romance", u"Science",   u"Science Fiction", u"Thriller", u"Travel"};
constexpr std::array shopNames{u"Corner Books",   u"The Reading Room", u"Page One",
                               u"Second Chapter", u"The Bookworm",     u"Paper Lantern",
                               u"Open Cover",     u"Harbour Books"};
constexpr std::array openings{u"I read it in", u"It took me", u"We gave it", u"My book club spent",
                              u"I came back to it after"};
constexpr std::array spans{u"one night", u"two evenings", u"a week of trains", u"a whole summer",
                           u"three tries"};
constexpr std::array good{u"and would start again at once", u"and the ending is worth every page",
                          u"and the characters stay with you",
                          u"and nobody writes quiet scenes like this",
                          u"and lent it to three friends"};
constexpr std::array fair{u"and liked the first half better",
                          u"and found it pleasant, if a little long", u"but the middle drags",
                          u"and the translation is uneven", u"and have mostly forgotten it"};
constexpr std::array poor{u"and regret it", u"but could not finish", u"and the plot makes no sense",
                          u"and the print is too small", u"and gave it away"};

template <typename List>
QString pick(Random &random, const List &list)
{
    return QString::fromUtf16(list[std::size_t(random.below(int(list.size())))]);
}

} // namespace

QString person(Random &random)
{
    const QString first = pick(random, firstNames);
    const QString middle =
        random.chance(18) ? QString(QChar(u'A' + random.below(26))) + u". "_s : QString();
    return first + u' ' + middle + pick(random, lastNames);
}

QString city(Random &random)
{
    return pick(random, cities);
}

QString publisher(Random &random, int index)
{
    const QString tail = QString::fromUtf16(presses[std::size_t(index) % presses.size()]);
    if (random.chance(50))
        return pick(random, lastNames) + u' ' + tail;
    const QString adjective = pick(random, adjectives);
    return adjective + u' ' + pick(random, nouns) + u' ' + tail;
}

QString title(Random &random)
{
    const QString noun = pick(random, nouns);
    const QString adjective = pick(random, adjectives);
    switch (random.below(8)) {
    case 0:
        return u"The "_s + adjective + u' ' + noun;
    case 1:
        return u"The "_s + noun + u" of "_s + pick(random, cities);
    case 2:
        return adjective + u' ' + noun;
    case 3:
        return (QStringView(u"AEIOU").contains(QStringView(noun).front()) ? u"An "_s : u"A "_s) +
               noun + u" for "_s + pick(random, firstNames);
    case 4:
        return u"The "_s + noun + u" and the "_s + pick(random, nouns);
    case 5:
        return u"The "_s + noun + u"'s "_s + pick(random, nouns);
    case 6:
        return u"Letters from the "_s + adjective + u' ' + noun;
    default:
        return u"The "_s + adjective + u' ' + noun + u" of "_s + pick(random, cities);
    }
}

QString genre(int index)
{
    const QString name = QString::fromUtf16(genres[std::size_t(index) % genres.size()]);
    const int round = index / int(genres.size());
    return round == 0 ? name : name + u' ' + QString::number(round + 1);
}

QString shop(int index)
{
    return QString::fromUtf16(shopNames[std::size_t(index) % shopNames.size()]);
}

QString reviewText(Random &random, int rating)
{
    // One draw a statement: the order of draws inside an expression is the compiler's choice.
    const QString opening = pick(random, openings);
    const QString span = pick(random, spans);
    return opening + u' ' + span + u' ' +
           (rating >= 4   ? pick(random, good)
            : rating == 3 ? pick(random, fair)
                          : pick(random, poor)) +
           u'.';
}

} // namespace heddle::app::words
