using Rubato.Networks;
using Rubato.Tensors;

namespace Rubato.Text;

/// <summary>CLIP's half that reads, with its tokenizer: from texts to vectors.</summary>
/// <remarks>Immutable once built; may be asked on several threads.</remarks>
/// <param name="tokenizer">Splits texts; all of its tokens have a row in the network.</param>
/// <param name="network">Reads tokens.</param>
internal sealed class ClipTextEncoder(ClipTokenizer tokenizer, ClipTextModel network)
{
    private const int Batch = 32;   // bounds the memory of a call

    /// <summary>Reads tokens.</summary>
    public ClipTextModel Network => network;

    /// <summary>Embeds texts; each is cut off where the network has no more positions.</summary>
    /// <returns>[N, D]: what can be compared with pictures; the token that ends each text where the network has no projection.</returns>
    public Tensor Embed(IReadOnlyList<string> texts)
    {
        int[][] tokens = [.. texts.Select(TokensOf)];
        var embeddings = new List<Tensor>();
        foreach (int[][] batch in tokens.Chunk(Batch))
        {
            // A token sees those before it alone, so that what stands behind the end does not matter.
            int longest = batch.Max(text => text.Length);
            using Scope scope = Scope.Begin();
            ClipTextOutput output = network.Evaluate(
                [.. batch.Select(text => (int[])[.. text, .. Enumerable.Repeat(tokenizer.End, longest - text.Length)])]);
            embeddings.Add(scope.Keep(output.Embedding ?? output.Pooled));
        }

        return Concatenation.Concat(0, [.. embeddings]);
    }

    private int[] TokensOf(string text)
        => [tokenizer.Start, .. tokenizer.Encode(text, Math.Max(0, network.Options.MaxPositionEmbeddings - 2)), tokenizer.End];
}
