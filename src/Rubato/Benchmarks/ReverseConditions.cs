using Rubato.Guidance;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Benchmarks;

/// <summary>
/// A condition that acts in the reverse process alone, on a network that is told none: the baseline "DDPM, cond r." of AC-Diff
/// (Xing et al. 2024, arXiv:2411.15199), whose means the paper leaves open. Here the predicted clean sample is moved up the
/// gradient of ResNet-56's logarithm of the class's probability (after Dhariwal and Nichol 2021, arXiv:2105.05233), and its means
/// over blocks of 4 x 4 pixels become those of the picture that the condition was taken from (after Choi et al. 2021,
/// arXiv:2108.02938).
/// </summary>
/// <param name="parts">The model.</param>
/// <param name="condition">What is to be shown.</param>
/// <param name="jury">Says where the class lies.</param>
internal sealed class ReverseConditions(Diffuser parts, AcDiffCondition condition, Jury jury) : IGuidance
{
    private const int Block = 4, Colours = 3;

    /// <inheritdoc/>
    public string Description => $"conditions-in-reverse by {jury.Digest}";

    private Diffuser Parts => parts;

    /// <inheritdoc/>
    public IGuidanceRule Begin() => new Rule(this);

    /// <summary>The clean sample that is predicted in place of another.</summary>
    private Tensor Moved(Tensor data, Level level)
    {
        (double black, double white) = parts.Range;
        Tensor pixels = Tensor.Empty(data.Shape), moved = data.Clone();
        Span<float> values = pixels.AsSpan(), to = moved.AsSpan();
        for (int i = 0; i < values.Length; i++) values[i] = (float)((to[i] - black) / (white - black));
        ReadOnlySpan<float> slope = jury.Classifier!.GradientOfClass(pixels, condition.Class).AsSpan();
        // E[x0 | x, class] = x0 + sigma^2 / alpha grad ln p(class | x), with alpha for the slope of x0 over x, as of data of variance 1.
        double step = level.Sigma * level.Sigma / (white - black);
        for (int i = 0; i < to.Length; i++) to[i] += (float)(step * slope[i]);
        Replace(to);
        return moved;
    }

    private void Replace(Span<float> data)
    {
        Picture source = condition.Source;
        (double black, double white) = parts.Range;
        int plane = source.Width * source.Height;
        for (int block = 0; block < Colours * plane / (Block * Block); block++)
        {
            int across = source.Width / Block, colour = block / (plane / (Block * Block)), place = block % (plane / (Block * Block));
            int left = place % across * Block, top = place / across * Block;
            double gap = 0;
            for (int i = 0; i < Block * Block; i++)
            {
                (int x, int y) = (left + i % Block, top + i / Block);
                double want = black + source.At(x, y)[colour] / (double)byte.MaxValue * (white - black);
                gap += want - data[colour * plane + y * source.Width + x];
            }

            for (int i = 0; i < Block * Block; i++)
                data[colour * plane + (top + i / Block) * source.Width + left + i % Block] += (float)(gap / (Block * Block));
        }
    }

    private sealed class Rule(ReverseConditions conditions) : IGuidanceRule
    {
        private Tensor? _state;
        private Level _level;

        public void Observe(EvaluationContext context, BranchOutputs outputs) => (_state, _level) = (context.State, context.Point.Level);

        public Tensor Adjust(Tensor combined, BranchOutputs outputs)
        {
            OutputMeaning meaning = conditions.Parts.Meaning;
            Tensor data = conditions.Moved(meaning.Predict(_state!, combined, _level).Data, _level);
            (double ofState, double ofOutput) = meaning.Parameterisation.ToData(_level, meaning.Process.InputScale(_level));
            return LinearCombination.Of((1 / ofOutput, data), (-ofState / ofOutput, _state!));
        }
    }
}
