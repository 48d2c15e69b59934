namespace WebhookKit.Testing.Stores;

/// <summary>Numbers that look random and are the same for the same seed (xorshift, G. Marsaglia 2003): a race can be run again. For one thread.</summary>
internal sealed class SeededDice(int seed)
{
    private uint _state = (uint)seed * 2_654_435_769u | 1u;

    /// <summary>A number from the first up to, but not including, the second.</summary>
    public int Next(int from, int below)
    {
        _state ^= _state << 13;
        _state ^= _state >> 17;
        _state ^= _state << 5;
        return from + (int)(_state % (uint)(below - from));
    }
}
