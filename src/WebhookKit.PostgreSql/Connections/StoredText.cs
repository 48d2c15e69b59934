using System.Text;

namespace WebhookKit.PostgreSql.Connections;

/// <summary>Text as PostgreSQL can keep it: it knows no NUL, and no half of a surrogate pair. A receiver's answer may have both.</summary>
internal static class StoredText
{
    private const char Replacement = '\uFFFD';

    public static string? Clean(string? text)
    {
        if (text is null || IsClean(text))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value == 0 ? Replacement.ToString() : rune.ToString());
        return clean.ToString();
    }

    private static bool IsClean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0' || (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i]))))
                return false;
        }

        return true;
    }
}
