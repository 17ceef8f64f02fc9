import hex.ModelCategory;
import hex.genmodel.GenModel;
import hex.genmodel.MojoModel;
import hex.genmodel.algos.targetencoder.TargetEncoderMojoModel;
import hex.genmodel.algos.word2vec.Word2VecMojoModel;
import hex.genmodel.easy.EasyPredictModelWrapper;
import hex.genmodel.easy.RowData;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Loads MOJOs with H2O's own loader and scores rows with its own scorer.
 *
 * <p>Reads lines of two paths, an intact archive and one to compare with it, apart by a tab. Rows are drawn from the
 * intact one, with missing values and levels it has never seen, so both score the same rows. Writes one line each:
 * {@code same}, {@code rejected <why>}, {@code crashed <row> <why>} or {@code different <row> <values>}; or
 * {@code unknown <why>} where this release does not load the intact archive either.
 */
public class Score {
  private static final int ROWS = 150;
  private static final int SECONDS = 20;

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, "UTF-8");
    // The loader prints what it thinks of some archives.
    System.setOut(System.err);
    ExecutorService threads = Executors.newCachedThreadPool(task -> {
      Thread thread = new Thread(null, task, "score", 64L << 20);
      thread.setDaemon(true);
      return thread;
    });
    Map<String, Intact> known = new HashMap<>();
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] paths = line.split("\t");
      Intact intact = known.get(paths[0]);
      if (intact == null) known.put(paths[0], intact = new Intact(paths[0]));
      final Intact reference = intact;
      Future<String> verdict = threads.submit(() -> reference.compare(paths[1]));
      try {
        out.println(verdict.get(SECONDS, TimeUnit.SECONDS));
      } catch (TimeoutException late) {
        verdict.cancel(true);
        out.println("crashed 0 no end");
      }
    }
  }

  /** An intact archive: its rows and how it scores them. */
  private static class Intact {
    final List<RowData> rows = new ArrayList<>();
    final String[] scores = new String[ROWS];

    String unknown;

    Intact(String path) {
      try {
        scoreAll(MojoModel.load(path));
      } catch (Throwable thrown) {
        unknown = "unknown " + describe(thrown);
      }
    }

    private void scoreAll(MojoModel model) throws Exception {
      Random random = new Random(20240229);
      for (int row = 0; row < ROWS; row++) rows.add(drawRow(model, random));
      Scorer scorer = new Scorer(model);
      for (int row = 0; row < ROWS; row++) {
        try {
          scores[row] = scorer.score(rows.get(row), row);
        } catch (Throwable thrown) {
          // Some models refuse rows with missing values; a changed archive has to refuse them as well.
          scores[row] = "throws " + thrown.getClass().getName();
        }
      }
    }

    String compare(String path) {
      if (unknown != null) return unknown;
      Scorer scorer;
      try {
        scorer = new Scorer(MojoModel.load(path));
      } catch (Throwable thrown) {
        return "rejected " + describe(thrown);
      }
      for (int row = 0; row < ROWS; row++) {
        String score;
        try {
          score = scorer.score(rows.get(row), row);
        } catch (Throwable thrown) {
          score = "throws " + thrown.getClass().getName();
          if (!scores[row].startsWith("throws ")) return "crashed " + row + " " + describe(thrown);
        }
        if (!score.equals(scores[row])) return "different " + row + " " + scores[row] + " -> " + score;
      }
      return "same";
    }
  }

  private static String describe(Throwable thrown) {
    return (thrown.getClass().getSimpleName() + " " + thrown.getMessage()).replaceAll("\\s+", " ");
  }

  private static RowData drawRow(MojoModel model, Random random) {
    RowData row = new RowData();
    String[] names = model.getOrigNames() != null ? model.getOrigNames() : model.getNames();
    String[][] domains = model.getOrigDomainValues() != null ? model.getOrigDomainValues() : model.getDomainValues();
    for (int column = 0; column < names.length; column++) {
      double what = random.nextDouble();
      double number = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextGaussian() * 2;
      String[] domain = column < domains.length ? domains[column] : null;
      int level = domain == null || domain.length == 0 ? -1 : random.nextInt(domain.length);
      if (what < 0.1) continue;
      if (level < 0) row.put(names[column], number);
      else row.put(names[column], what < 0.2 ? "never seen" : domain[level]);
    }
    // Columns that splines expand are not among the names.
    if (model.getModelCategory() == ModelCategory.Regression || model.isClassifier()) {
      for (String name : new String[] {"x1", "x2", "x3"}) {
        if (!row.containsKey(name) && random.nextDouble() < 0.9) row.put(name, random.nextGaussian());
      }
    }
    return row;
  }

  private static class Scorer {
    final MojoModel model;
    final EasyPredictModelWrapper wrapper;
    final String labels;

    Scorer(MojoModel model) throws Exception {
      this.model = model;
      wrapper = new EasyPredictModelWrapper(
          new EasyPredictModelWrapper.Config()
              .setModel(model)
              .setConvertUnknownCategoricalLevelsToNa(true)
              .setConvertInvalidNumbersToNa(true));
      labels = model.isClassifier() ? String.join("|", model.getOutputNames()) : "";
    }

    String score(RowData row, int index) throws Exception {
      if (model instanceof Word2VecMojoModel) return scoreWord((Word2VecMojoModel) model, index);
      if (model instanceof TargetEncoderMojoModel) return print(wrapper.transformWithTargetEncoding(row).transformations);
      double offset = model.requiresOffset() ? 0.25 * (index % 5) : 0;
      double[] scores = wrapper.predictRaw(new Copy(row), offset);
      String result = labels + print(scores);
      double[] calibrated = scores.clone();
      return model.calibrateClassProbabilities(calibrated) ? result + print(calibrated) : result;
    }

    private String scoreWord(Word2VecMojoModel words, int index) throws Exception {
      String[] vocabulary = {"red", "green", "blue", "one", "two", "three", "four", "never seen"};
      float[] vector = words.transform0(vocabulary[index % vocabulary.length], new float[words.getVecSize()]);
      StringBuilder text = new StringBuilder();
      if (vector != null) for (float value : vector) text.append(' ').append(value);
      return text.toString();
    }

    private static String print(double[] scores) {
      StringBuilder text = new StringBuilder();
      // Sums in another order differ in the last digits.
      for (double score : scores) text.append(' ').append(Double.isNaN(score) ? "NaN" : String.format("%.9g", score));
      return text.toString();
    }
  }

  /** The scorers change rows in place. */
  private static class Copy extends RowData {
    Copy(RowData row) {
      putAll(row);
    }
  }
}
