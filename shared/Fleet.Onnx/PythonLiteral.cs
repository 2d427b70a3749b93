using System.Globalization;
using System.Text;

namespace Fleet.Onnx;

/// <summary>Reads what Python's <c>repr</c> writes of dictionaries, lists, tuples, strings, numbers, booleans and None; nothing is evaluated.</summary>
internal ref struct PythonLiteral(string text)
{
    private const int MaxDepth = 8;
    private int _at;

    /// <returns>A dictionary of objects, a list, a string, a long, a double, a bool or null.</returns>
    /// <exception cref="FormatException">It is something else, or not complete.</exception>
    public static object? Parse(string text)
    {
        var reader = new PythonLiteral(text);
        var value = reader.Value(depth: 0);
        return reader.Peek() is null ? value : throw reader.Unexpected();
    }

    private object? Value(int depth) => depth > MaxDepth ? throw new FormatException($"It nests more than {MaxDepth} deep.") : Peek() switch
    {
        '{' => Dictionary(depth),
        '[' => List(']', depth),
        '(' => List(')', depth),
        '\'' or '"' => String(),
        _ => Word(),
    };

    private char? Peek()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        return _at < text.Length ? text[_at] : null;
    }

    private bool Take(char wanted)
    {
        var found = Peek() == wanted;
        _at += found ? 1 : 0;
        return found;
    }

    private Dictionary<object, object?> Dictionary(int depth)
    {
        var values = new Dictionary<object, object?>();
        for (_at++; !Take('}');)
        {
            var key = Value(depth + 1) ?? throw Unexpected();
            if (!Take(':'))
            {
                throw Unexpected();
            }

            values[key] = Value(depth + 1);
            if (!Take(',') && Peek() != '}')
            {
                throw Unexpected();
            }
        }

        return values;
    }

    private List<object?> List(char end, int depth)
    {
        var values = new List<object?>();
        for (_at++; !Take(end);)
        {
            values.Add(Value(depth + 1));
            if (!Take(',') && Peek() != end)
            {
                throw Unexpected();
            }
        }

        return values;
    }

    private string String()
    {
        var quote = text[_at++];
        var content = new StringBuilder();
        while (_at < text.Length && text[_at] != quote)
        {
            var c = text[_at++];
            content.Append(c == '\\' && _at < text.Length ? Escape() : c);
        }

        return _at++ < text.Length ? content.ToString() : throw new FormatException("A string does not end.");
    }

    private char Escape()
    {
        var c = text[_at++];
        var digits = c switch { 'x' => 2, 'u' => 4, _ => 0 };
        if (digits == 0)
        {
            return c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', _ => c };
        }

        var number = text.AsSpan(_at, Math.Min(digits, text.Length - _at));
        _at += number.Length;
        return (char)ushort.Parse(number, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    private object? Word()
    {
        var start = _at;
        while (_at < text.Length && (char.IsAsciiLetterOrDigit(text[_at]) || text[_at] is '+' or '-' or '.' or '_'))
        {
            _at++;
        }

        var word = text.AsSpan(start, _at - start);
        return word switch
        {
            "None" => null,
            "True" => true,
            "False" => false,
            _ when long.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
            _ when double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw Unexpected(),
        };
    }

    private readonly FormatException Unexpected() => new($"Character {_at} of it is not what Python's repr writes there.");
}
